"""The oldest form of Compose files, without `services`: the services are the keys at the top.

Many other YAML files look like it, so all of the file has to fit.
See https://docs.docker.com/reference/compose-file/legacy-versions/
"""

from iam_tui.inventory.yaml_nodes import MappingKeys, ScalarNode, UnreadableYaml, read_documents

_RUNS = frozenset({"image", "build", "extends"})
_ONLY_IN_COMPOSE = frozenset(
    [
        "build",
        "cap_add",
        "cap_drop",
        "command",
        "container_name",
        "depends_on",
        "devices",
        "dns",
        "dns_search",
        "domainname",
        "entrypoint",
        "env_file",
        "expose",
        "extends",
        "external_links",
        "extra_hosts",
        "hostname",
        "links",
        "log_driver",
        "log_opt",
        "mem_limit",
        "net",
        "network_mode",
        "ports",
        "privileged",
        "restart",
        "security_opt",
        "stdin_open",
        "tty",
        "ulimits",
        "user",
        "volumes",
        "volumes_from",
        "working_dir",
    ]
)
_SERVICE_KEYS = _RUNS | _ONLY_IN_COMPOSE
_OTHER_KEYS = frozenset(
    [
        "cgroup_parent",
        "cpu_shares",
        "cpu_quota",
        "cpuset",
        "dockerfile",
        "environment",
        "healthcheck",
        "init",
        "ipc",
        "labels",
        "logging",
        "mac_address",
        "memswap_limit",
        "networks",
        "pid",
        "read_only",
        "shm_size",
        "stop_signal",
        "tmpfs",
        "volume_driver",
    ]
)


def is_old_form(text: str, *, named_for_it: bool) -> bool:
    """Whether every key at the top is a service that could be nothing else.

    Where the file is not `named_for_it`, a key besides `image` has to show that it is a Compose file.
    """
    keys = MappingKeys()
    telling, images = named_for_it, False
    try:
        documents = read_documents(text)
        services = [
            entry.node
            for document in documents
            for name, entry in keys.of(document).items()
            if not name.startswith("x-")
        ]
        for service in services:
            entries = keys.of(service)
            names = entries.keys()
            if not _RUNS & names or not names <= _SERVICE_KEYS | _OTHER_KEYS:
                return False
            if "image" in names and not isinstance(entries["image"].node, ScalarNode):
                return False
            images = images or "image" in names
            telling = telling or bool(_ONLY_IN_COMPOSE & names)
    except UnreadableYaml:
        return False
    return telling and images
