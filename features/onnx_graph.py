"""Writes a sentence encoder as an ONNX graph, node by node from its weights: no torch, and the same bytes each time."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from safetensors.numpy import load_file

from data.errors import BadBundle
from features.embedding import WEIGHTS, name_of

Weights = dict[str, NDArray[Any]]

OPERATORS: Final = 20
"""Version of ONNX's operators: the first with Gelu."""
FORMAT: Final = 9
"""Version of ONNX's file."""
EXPECTED: Final[tuple[tuple[str, str, Any], ...]] = (
    ("config.json", "model_type", "bert"),
    ("config.json", "hidden_act", "gelu"),
    ("config.json", "position_embedding_type", "absolute"),
    ("1_Pooling/config.json", "pooling_mode_mean_tokens", True),
    ("1_Pooling/config.json", "pooling_mode_cls_token", False),
    ("1_Pooling/config.json", "pooling_mode_max_tokens", False),
    ("sentence_bert_config.json", "do_lower_case", False),
)
"""What a model must say of itself, by file: BERT (Devlin and others 2019) whose states are averaged."""


def encoder_graph(folder: Path) -> bytes:
    """Write the sentence-transformers model of a folder as one ONNX file that holds its tokenizer and name too.

    It takes `pieces` and `mask`, (texts, length) whole numbers, and gives `vectors`, (texts, dimension) of length one.
    Raises BadBundle where the folder holds no model, or one of another kind.
    """
    told = _read(folder)
    for file, name, value in EXPECTED:
        if told[file].get(name, value) != value:
            raise BadBundle(f"{folder / file}: {name} is {told[file][name]!r}; only {value!r} can be written")
    try:
        nodes = _Nodes(load_file(folder / WEIGHTS))
        _bert(nodes, told["config.json"])
        tokenizer = (folder / "tokenizer.json").read_text("utf-8")
    except (OSError, KeyError) as error:
        raise BadBundle(f"{folder}: this model cannot be written ({error})") from error
    about = {
        "name": name_of(folder),
        "longest": str(told["sentence_bert_config.json"]["max_seq_length"]),
        "tokenizer": tokenizer,
    }
    model = helper.make_model(
        nodes.graph(int(told["config.json"]["hidden_size"])),
        opset_imports=[helper.make_opsetid("", OPERATORS)],
        ir_version=FORMAT,
    )
    helper.set_model_props(model, about)
    return bytes(model.SerializeToString(deterministic=True))


def _read(folder: Path) -> dict[str, dict[str, Any]]:
    try:
        return {name: json.loads((folder / name).read_text("utf-8")) for name, _, _ in EXPECTED}
    except (OSError, ValueError) as error:
        raise BadBundle(f"no sentence-transformers model can be read in {folder} ({error})") from error


class _Nodes:
    """A graph in the making."""

    def __init__(self, weights: Weights) -> None:
        self.weights = weights
        self.nodes: list[onnx.NodeProto] = []
        self.held: dict[str, onnx.TensorProto] = {}

    def put(self, kind: str, *inputs: str, **settings: Any) -> str:
        """Add a node and give the name of what it makes."""
        made = f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [made], **settings))
        return made

    def hold(self, name: str, values: NDArray[Any]) -> str:
        """Hold a constant under a name."""
        self.held[name] = numpy_helper.from_array(np.ascontiguousarray(values), name)
        return name

    def whole(self, *numbers: int) -> str:
        """Hold whole numbers, such as axes."""
        return self.hold(f"whole{numbers}", np.array(numbers, dtype=np.int64))

    def number(self, value: float) -> str:
        """Hold a number."""
        return self.hold(f"number{value}", np.array(value, dtype=np.float32))

    def weight(self, name: str) -> str:
        """Hold one of the model's own weights."""
        return self.hold(name, self.weights[name])

    def linear(self, states: str, name: str) -> str:
        """Add x Wᵀ + b."""
        turned = self.hold(f"{name}.turned", self.weights[f"{name}.weight"].T)
        return self.put("Add", self.put("MatMul", states, turned), self.weight(f"{name}.bias"))

    def graph(self, dimension: int) -> onnx.GraphProto:
        """Give the graph of which the last node makes the vectors."""
        self.nodes[-1].output[0] = "vectors"
        whole, real = onnx.TensorProto.INT64, onnx.TensorProto.FLOAT
        taken = [helper.make_tensor_value_info(name, whole, ["n", "length"]) for name in ("pieces", "mask")]
        given = [helper.make_tensor_value_info("vectors", real, ["n", dimension])]
        return helper.make_graph(self.nodes, "encoder", taken, given, list(self.held.values()))


def _bert(nodes: _Nodes, config: dict[str, Any]) -> None:
    """Add BERT's layers, and the mean over a text's pieces, to length one."""
    heads, size = config["num_attention_heads"], config["hidden_size"]
    mask = nodes.put("Cast", "mask", to=onnx.TensorProto.FLOAT)
    absent = nodes.put("Sub", nodes.put("Unsqueeze", mask, nodes.whole(1, 2)), nodes.number(1.0))
    unheard = nodes.put("Mul", absent, nodes.number(1e9))
    states = _embedded(nodes, config)
    for layer in range(config["num_hidden_layers"]):
        own = f"encoder.layer.{layer}"
        heard = _attention(nodes, states, unheard, f"{own}.attention.self", (heads, size // heads))
        heard = nodes.linear(heard, f"{own}.attention.output.dense")
        states = _normal(nodes, nodes.put("Add", states, heard), f"{own}.attention.output.LayerNorm", config)
        wide = nodes.put("Gelu", nodes.linear(states, f"{own}.intermediate.dense"))
        narrow = nodes.put("Add", states, nodes.linear(wide, f"{own}.output.dense"))
        states = _normal(nodes, narrow, f"{own}.output.LayerNorm", config)
    said = nodes.put("Mul", states, nodes.put("Unsqueeze", mask, nodes.whole(2)))
    nodes.put("LpNormalization", nodes.put("ReduceSum", said, nodes.whole(1), keepdims=0), axis=-1, p=2)


def _embedded(nodes: _Nodes, config: dict[str, Any]) -> str:
    """Add what each piece of a text means by itself, and by its place; all are of the first of two texts."""
    of_place = nodes.weights["embeddings.position_embeddings.weight"]
    places = nodes.hold("places", of_place + nodes.weights["embeddings.token_type_embeddings.weight"][0])
    length = nodes.put("Shape", "pieces", start=1)
    placed = nodes.put("Slice", places, nodes.whole(0), length)
    pieces = nodes.put("Gather", nodes.weight("embeddings.word_embeddings.weight"), "pieces")
    return _normal(nodes, nodes.put("Add", pieces, placed), "embeddings.LayerNorm", config)


def _attention(nodes: _Nodes, states: str, unheard: str, name: str, shape: tuple[int, int]) -> str:
    """Add softmax(Q Kᵀ / √d) V for each head; `shape` is how many heads there are, and d."""
    heads, each = shape

    def of_heads(part: str, order: tuple[int, ...]) -> str:
        parted = nodes.put("Reshape", nodes.linear(states, f"{name}.{part}"), nodes.whole(0, 0, heads, each))
        return nodes.put("Transpose", parted, perm=order)

    asked, keys = of_heads("query", (0, 2, 1, 3)), of_heads("key", (0, 2, 3, 1))
    likeness = nodes.put("Mul", nodes.put("MatMul", asked, keys), nodes.number(each**-0.5))
    shares = nodes.put("Softmax", nodes.put("Add", likeness, unheard), axis=-1)
    heard = nodes.put("MatMul", shares, of_heads("value", (0, 2, 1, 3)))
    joined = nodes.put("Transpose", heard, perm=(0, 2, 1, 3))
    return nodes.put("Reshape", joined, nodes.whole(0, 0, heads * each))


def _normal(nodes: _Nodes, states: str, name: str, config: dict[str, Any]) -> str:
    scale, shift = nodes.weight(f"{name}.weight"), nodes.weight(f"{name}.bias")
    return nodes.put("LayerNormalization", states, scale, shift, axis=-1, epsilon=config["layer_norm_eps"])
