"""Images that tools pull by themselves where a file names their cause (references 2)."""

BUILDER = "moby/buildkit:buildx-stable-1"
EMULATOR = "tonistiigi/binfmt:latest"
SBOM_SCANNER = "docker/buildkit-syft-scanner:stable-1"


def sbom_scanner(setting: str) -> str:
    """The image that lists a build's contents for a setting of `sbom`; empty if it asks for none.

    The setting is `true`, `false`, or fields like `generator=IMAGE`.
    """
    fields = comma_fields(setting)
    if fields.get("disabled", "") == "true" or setting.strip().lower() in ("", "false", "0"):
        return ""
    return fields.get("generator", SBOM_SCANNER)


def comma_fields(text: str) -> dict[str, str]:
    """The fields of `a=1,b=2` by name; one without `=` is empty."""
    pairs = (field.strip().partition("=") for field in text.split(","))
    return {name: value.strip("\"'") for name, _, value in pairs}


def cached_image(setting: str) -> str:
    """The image that a cache source reads: itself, or the `ref` of `type=registry`; empty for other kinds."""
    fields = comma_fields(setting)
    if "type" not in fields:
        return fields.get("ref", "") or ("" if "=" in setting else setting)
    return fields.get("ref", "") if fields["type"] == "registry" else ""
