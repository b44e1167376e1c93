"""The path of a Dockerfile that a file asks for, or why it is not read."""

from iam_tui.inventory.file_source import FileSource, PathRefusal, is_remote, locate

DOCKERFILE = "Dockerfile"


def find_dockerfile(source: FileSource, folder: str, context: str, name: str) -> tuple[str, str]:
    """The path of the Dockerfile `name`, seen from the context, and a problem, a sentence, if it is not read.

    `folder` is where the context's path starts from; both paths may be empty, for `.` and `Dockerfile`.
    """
    if is_remote(context):
        return "", "the context is on another machine"
    path = locate(locate(folder, context or "."), name or DOCKERFILE)
    found = source.read(path)
    return path, f"{path} {found.value}" if isinstance(found, PathRefusal) else ""
