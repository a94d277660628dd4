"""The shape of a configuration file. A key that it does not know is an error, so that a misspelled one is not a missing one.

Descriptions and examples are what editors show: `schema` derives the JSON schema from these types.
"""

# Annotations are evaluated here, not left as text: msgspec reads them.

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

Severity = Literal["info", "warning", "error"]
Confidence = Literal["low", "medium", "high"]
Selector = Annotated[
    str, Meta(title="Selector", description="A rule's code (KL101), the beginning of one (KL1), a rule's name, a group, or all.")
]
"""What `rules.registry.resolve` knows; the schema lists them."""
Pattern = Annotated[
    str, Meta(title="Pattern", description="A path in .gitignore syntax, seen from the directory of the file that states it.")
]
ClassPattern = Annotated[str, Meta(title="Class", description="An accessibility class; * ? [abc] are wildcards.")]


class Table(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A table of the file."""


class PolicyTable(Table, frozen=True):
    """Which items may have which accessibility classes. The first table that an item matches decides."""

    name: Annotated[str, Meta(description="What messages call this table.", examples=["session tokens"])] = ""
    stores: Annotated[
        tuple[str, ...],
        Meta(
            description="Names of stores, as 'keylint inventory' or [[stores]] give them; * ? [abc] are wildcards.", examples=[["keyring"]]
        ),
    ] = ()
    keys: Annotated[
        tuple[str, ...],
        Meta(
            description="What names the item within its service: key, account, user name; * ? [abc] are wildcards.", examples=[["auth.*"]]
        ),
    ] = ()
    services: Annotated[
        tuple[str, ...],
        Meta(description="What the item is filed under: service, server; * ? [abc] are wildcards.", examples=[["com.example.*"]]),
    ] = ()
    paths: Annotated[tuple[Pattern, ...], Meta(description="Files in which the item is stored.", examples=[["Sources/Auth/"]])] = ()
    classes: Annotated[
        tuple[ClassPattern, ...] | None,
        Meta(
            description="The classes that such an item may have. An empty array allows none: nothing may be stored there.",
            examples=[["*-this-device-only"]],
        ),
    ] = None
    synchronizable: Annotated[bool | None, Meta(description="false: such an item must not be synchronized by iCloud Keychain.")] = None
    access_control: Annotated[bool | None, Meta(description="true: such an item must be under access control (biometry or passcode).")] = (
        None
    )


class ConfigTable(Table, frozen=True):
    """keylint.toml, or [tool.keylint] in pyproject.toml."""

    # A key that is `None` was left out.

    extend: Annotated[
        str | None,
        Meta(
            description="Another configuration file, relative to this one, whose keys hold where this one is silent.",
            examples=["../keylint.toml"],
        ),
    ] = None
    select: Annotated[
        tuple[Selector, ...] | None,
        Meta(description='The rules that are reported. Without it: ["default"].', examples=[["default", "strict"]]),
    ] = None
    extend_select: Annotated[tuple[Selector, ...], Meta(description="Rules that are reported besides.", examples=[["strict"]])] = ()
    ignore: Annotated[
        tuple[Selector, ...] | None,
        Meta(description="Rules that are not reported. Of two selectors the narrower one wins.", examples=[["KL303"]]),
    ] = None
    per_file_ignores: Annotated[
        dict[str, tuple[Selector, ...]],
        Meta(
            description="Rules that are not reported in some files. A key is a path in .gitignore syntax, seen from this file's directory; "
            "with ! in front it means all other files.",
            examples=[{"Examples/": ["KL101"]}],
        ),
    ] = {}
    severity: Annotated[
        dict[str, Severity],
        Meta(description="Other severities for rules. Of two selectors the narrower one wins.", examples=[{"KL103": "error"}]),
    ] = {}
    min_confidence: Annotated[
        Confidence | None, Meta(description='How sure a finding must be. Without it: "medium".', examples=["high"])
    ] = None
    fail_on: Annotated[
        Severity | None,
        Meta(description='The least severity that makes the exit status 1. Without it: "warning".', examples=["error"]),
    ] = None
    require_reason: Annotated[
        bool | None, Meta(description="Whether a suppression comment must give a reason (KL902). Without it: false.", examples=[True])
    ] = None
    baseline: Annotated[
        str | None,
        Meta(
            description="A file of findings that are accepted, relative to this one; 'keylint baseline' writes it.",
            examples=["keylint-baseline.jsonl"],
        ),
    ] = None
    exclude: Annotated[
        tuple[Pattern, ...] | None,
        Meta(description="Paths that are left out. A file named on the command line is checked all the same.", examples=[["vendor/"]]),
    ] = None
    stores: Annotated[
        tuple[dict[str, Any], ...],
        Meta(description="Your own code that stores secrets, where keylint cannot follow it."),
    ] = ()
    policy: Annotated[tuple[PolicyTable, ...], Meta(description="Which items may have which accessibility classes (KL117).")] = ()
