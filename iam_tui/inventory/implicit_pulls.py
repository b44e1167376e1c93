"""Images that build tools pull although no file names them: builders, emulators, scanners, caches."""

BUILDER = "moby/buildkit:buildx-stable-1"
EMULATOR = "tonistiigi/binfmt:latest"
SBOM_SCANNER = "docker/buildkit-syft-scanner:stable-1"


def sbom_scanner(setting: str) -> str:
    """The image that makes a build's software bill of materials; empty if the `sbom` setting asks for none.

    The setting is `true`, `false`, or fields such as `generator=IMAGE`.
    """
    fields = comma_fields(setting)
    if fields.get("disabled", "") == "true" or setting.strip().lower() in ("", "false", "0"):
        return ""
    return fields.get("generator", SBOM_SCANNER)


def comma_fields(text: str) -> dict[str, str]:
    """The fields of `a=1,b=2` by name; the value of a field without `=` is empty."""
    pairs = (field.strip().partition("=") for field in text.split(","))
    return {name: value.strip("\"'") for name, _, value in pairs}


def is_cache(place: str) -> bool:
    """Whether a usage's place names the source of a build's cache."""
    return place.endswith(("cache_from", "cache-from", "cacheFrom"))


def cached_image(setting: str) -> str:
    """The image that a cache source reads: the `ref` of `type=registry`, or the source itself.

    Empty for the types of cache that are not images.
    """
    fields = comma_fields(setting)
    if "type" not in fields:
        return fields.get("ref", "") or ("" if "=" in setting else setting)
    return fields.get("ref", "") if fields["type"] == "registry" else ""
