"""Layers that a function names: the rules for the list, and that there are none (1.1, 1.6)."""

from collections.abc import Sequence

from webapp.runtime.errors import InvalidParameterValue
from webapp.runtime.model import Address

MOST_LAYERS = 5


def check_layers(arns: Sequence[str], *, address: Address) -> None:
    """Raise ``InvalidParameterValue`` for every list but the empty one, saying why."""
    if len(arns) > MOST_LAYERS:
        raise InvalidParameterValue(f"Cannot reference more than {MOST_LAYERS} layers.")
    versions: dict[str, str] = {}
    for arn in arns:
        layer = arn.rpartition(":")[0]
        if layer in versions:
            raise InvalidParameterValue(
                "Two different versions of the same layer are not allowed to be referenced in the "
                f"same function. {versions[layer]} and {arn} are versions of the same layer"
            )
        versions[layer] = arn
    for arn in arns:
        _refuse(arn, address)


def _refuse(arn: str, address: Address) -> None:
    if arn.split(":")[3:4] != [address.region]:
        raise InvalidParameterValue(
            "Layers are not in the same region as the function. Layers are expected to be in "
            f"region {address.region}."
        )
    raise InvalidParameterValue(
        f"Layer version {arn} does not exist. Coldstart has no layers yet: "
        "put what the function needs into its archive."
    )
