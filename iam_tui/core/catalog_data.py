"""Dated data about Docker Hub namespaces: official images, retired ones, publishers.

Official and retired names are from https://github.com/docker-library; each publisher has its own evidence.
The file is long because it is data, and it is updated by hand.
"""

from datetime import date
from typing import Final, NamedTuple

OFFICIAL_READ_IN: Final = "August 2026"
"""When the official names were read (on its 21st)."""

OFFICIAL_NAMES: Final = frozenset(
    (
        "adminer",
        "aerospike",
        "almalinux",
        "alpine",
        "alt",
        "amazoncorretto",
        "amazonlinux",
        "api-firewall",
        "arangodb",
        "archlinux",
        "azul-zulu",
        "backdrop",
        "bash",
        "bonita",
        "buildpack-deps",
        "busybox",
        "caddy",
        "cassandra",
        "chronograf",
        "cirros",
        "clearlinux",
        "clefos",
        "clickhouse",
        "clojure",
        "composer",
        "convertigo",
        "couchbase",
        "couchdb",
        "crate",
        "dart",
        "debian",
        "docker",
        "drupal",
        "eclipse-mosquitto",
        "eclipse-temurin",
        "eggdrop",
        "elasticsearch",
        "elixir",
        "emqx",
        "erlang",
        "espocrm",
        "fedora",
        "flink",
        "fluentd",
        "friendica",
        "gazebo",
        "gcc",
        "geonetwork",
        "ghost",
        "golang",
        "gradle",
        "groovy",
        "haproxy",
        "haskell",
        "haxe",
        "hello-world",
        "hitch",
        "httpd",
        "hylang",
        "ibm-semeru-runtimes",
        "ibmjava",
        "influxdb",
        "irssi",
        "jetty",
        "joomla",
        "jruby",
        "julia",
        "kapacitor",
        "kibana",
        "kong",
        "krakend",
        "lightstreamer",
        "liquibase",
        "logstash",
        "mageia",
        "mariadb",
        "matomo",
        "maven",
        "mediawiki",
        "memcached",
        "mongo",
        "mongo-express",
        "monica",
        "mysql",
        "nats",
        "neo4j",
        "neurodebian",
        "nextcloud",
        "nginx",
        "nim",
        "node",
        "notary",
        "odoo",
        "open-liberty",
        "openjdk",
        "oraclelinux",
        "orientdb",
        "percona",
        "perl",
        "photon",
        "php",
        "php-zendserver",
        "phpmyadmin",
        "plone",
        "postfixadmin",
        "postgres",
        "pypy",
        "python",
        "r-base",
        "rabbitmq",
        "rakudo-star",
        "redis",
        "redmine",
        "registry",
        "rethinkdb",
        "rocket.chat",
        "rockylinux",
        "ros",
        "ruby",
        "rust",
        "sapmachine",
        "satosa",
        "silverpeas",
        "solr",
        "sonarqube",
        "spark",
        "spiped",
        "storm",
        "swift",
        "swipl",
        "teamspeak",
        "telegraf",
        "tomcat",
        "tomee",
        "traefik",
        "ubuntu",
        "unit",
        "varnish",
        "websphere-liberty",
        "wordpress",
        "xwiki",
        "yourls",
        "znc",
        "zookeeper",
    )
)
"""All names in the `library` namespace at that time."""


class Retired(NamedTuple):
    """An official image that gets no updates: its state, the day of that state, and the source."""

    name: str
    state: str
    as_of: date
    source: str


HISTORY: Final = "docker-library/official-images git history"
REMOVED: Final = "removed"
DEPRECATED: Final = "deprecated, still listed"

RETIRED: Final = (
    Retired("adoptopenjdk", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("celery", REMOVED, date(2017, 6, 23), HISTORY),
    Retired("centos", REMOVED, date(2024, 7, 29), HISTORY),
    Retired("consul", REMOVED, date(2024, 7, 29), HISTORY),
    Retired("couchdb-nouveau", REMOVED, date(2024, 9, 28), HISTORY),
    Retired("crux", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("django", REMOVED, date(2017, 5, 19), HISTORY),
    Retired("docker-dev", REMOVED, date(2016, 5, 25), HISTORY),
    Retired("euleros", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("express-gateway", REMOVED, date(2024, 7, 29), HISTORY),
    Retired("fsharp", REMOVED, date(2021, 7, 26), HISTORY),
    Retired("glassfish", REMOVED, date(2016, 10, 11), HISTORY),
    Retired("hello-seattle", REMOVED, date(2019, 4, 2), HISTORY),
    Retired("hipache", REMOVED, date(2016, 10, 25), HISTORY),
    Retired("hola-mundo", REMOVED, date(2019, 4, 2), HISTORY),
    Retired("iojs", REMOVED, date(2017, 4, 21), HISTORY),
    Retired("java", REMOVED, date(2017, 2, 27), HISTORY),
    Retired("jenkins", REMOVED, date(2018, 8, 13), HISTORY),
    Retired("jobber", REMOVED, date(2024, 7, 29), HISTORY),
    Retired("kaazing-gateway", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("known", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("lightstreamer-server", REMOVED, date(2016, 1, 23), HISTORY),
    Retired("mono", REMOVED, date(2025, 8, 18), HISTORY),
    Retired("mosquitto", REMOVED, date(2016, 9, 23), HISTORY),
    Retired("nats-streaming", REMOVED, date(2024, 7, 29), HISTORY),
    Retired("notary-server", REMOVED, date(2016, 2, 25), HISTORY),
    Retired("notary-signer", REMOVED, date(2016, 2, 25), HISTORY),
    Retired("nuxeo", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("opensuse", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("owncloud", REMOVED, date(2019, 1, 2), HISTORY),
    Retired("piwik", REMOVED, date(2018, 10, 1), HISTORY),
    Retired("rails", REMOVED, date(2017, 5, 19), HISTORY),
    Retired("rapidoid", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("sentry", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("sl", REMOVED, date(2024, 7, 1), HISTORY),
    Retired("sourcemage", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("swarm", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("thrift", REMOVED, date(2021, 10, 8), HISTORY),
    Retired("ubuntu-debootstrap", REMOVED, date(2016, 6, 6), HISTORY),
    Retired("ubuntu-upstart", REMOVED, date(2016, 6, 6), HISTORY),
    Retired("vault", REMOVED, date(2024, 7, 29), HISTORY),
    Retired("zend-php", REMOVED, date(2014, 10, 19), HISTORY),
    Retired("clearlinux", DEPRECATED, date(2026, 8, 21), "docker-library/docs clearlinux/deprecated.md"),
    Retired("clefos", DEPRECATED, date(2026, 8, 21), "docker-library/docs clefos/deprecated.md"),
    Retired("emqx", DEPRECATED, date(2026, 8, 21), "docker-library/docs emqx/deprecated.md"),
    Retired("liquibase", DEPRECATED, date(2026, 8, 21), "docker-library/docs liquibase/deprecated.md"),
    Retired(
        "mongo-express", DEPRECATED, date(2026, 8, 21), "docker-library/docs mongo-express/deprecated.md"
    ),
    Retired("notary", DEPRECATED, date(2026, 8, 21), "docker-library/docs notary/deprecated.md"),
    Retired("openjdk", DEPRECATED, date(2026, 8, 21), "docker-library/docs openjdk/deprecated.md"),
    Retired(
        "php-zendserver", DEPRECATED, date(2026, 8, 21), "docker-library/docs php-zendserver/deprecated.md"
    ),
    Retired("plone", DEPRECATED, date(2026, 8, 21), "docker-library/docs plone/deprecated.md"),
    Retired("rockylinux", DEPRECATED, date(2026, 8, 21), "docker-library/docs rockylinux/deprecated.md"),
    Retired("unit", DEPRECATED, date(2026, 8, 21), "docker-library/docs unit/deprecated.md"),
    Retired(
        "gazebo",
        "listed, no tags built",
        date(2026, 8, 21),
        "docker-library/official-images library/gazebo has no Tags line",
    ),
)

SUCCESSORS: Final = {
    "vault": "hashicorp/vault",
    "consul": "hashicorp/consul",
    "jenkins": "jenkins/jenkins",
    "openjdk": "eclipse-temurin or amazoncorretto",
}
"""What to pull instead of a retired image, where that is known."""


class Publisher(NamedTuple):
    """A namespace with its badge, and the evidence for it.

    `badge` is Docker Hub's word, or `open_source_no_badge` for a sponsored namespace without a badge. `as_of`
    is a day, a month (`2023-01`) or a year (`2025`); `confidence` is `high` or `medium`.
    """

    namespace: str
    badge: str
    as_of: str
    confidence: str
    evidence: str


PUBLISHERS: Final = (
    Publisher(
        "docker",
        "verified_publisher",
        "2026-06-11",
        "high",
        "docs.docker.com dvp-program page, caption 'Docker, Inc. org with a verified publisher badge'",
    ),
    Publisher(
        "hashicorp",
        "verified_publisher",
        "2023-03-10",
        "high",
        "docker-library/docs vault/deprecated.md @fa772374a and consul/deprecated.md @d19f5513c",
    ),
    Publisher(
        "chainguard",
        "verified_publisher",
        "2025",
        "high",
        "Chainguard Academy containers FAQ (edu.chainguard.dev)",
    ),
    Publisher(
        "bitnami",
        "verified_publisher",
        "2023-01-22",
        "medium",
        "github.com/bitnami/containers/issues/21233 (maintainer, 2023-01-22)",
    ),
    Publisher(
        "ultralytics", "verified_publisher", "2025", "medium", "docs.ultralytics.com docker quickstart"
    ),
    Publisher("netdata", "verified_publisher", "2023", "medium", "netdata/netdata README"),
    Publisher(
        "intel",
        "verified_publisher",
        "2021-11-03",
        "medium",
        "github.com/intel/intel-device-plugins-for-kubernetes/issues/633 (maintainer, 2021-11-03)",
    ),
    Publisher("ddosify", "verified_publisher", "2024", "medium", "getanteon/anteon README"),
    Publisher("getanteon", "verified_publisher", "2023", "medium", "getanteon/anteon README"),
    Publisher("usebruno", "verified_publisher", "2026", "medium", "github z5labs/devex daggerverse README"),
    Publisher(
        "ubuntu", "verified_publisher", "2025", "medium", "third-party notes: Canonical LTS image portfolio"
    ),
    Publisher("mcp", "verified_publisher", "2025", "medium", "third-party guides"),
    Publisher("ai", "verified_publisher", "2026", "medium", "third-party notes on Docker Model Runner"),
    Publisher(
        "binacle",
        "open_source",
        "2026-08-13",
        "high",
        "project notes: GET https://hub.docker.com/v2/orgs/binacle/ returned badge open_source",
    ),
    Publisher(
        "scorespec",
        "open_source",
        "2026-03-17",
        "high",
        "score.dev/blog/docker-sponsored-open-source-program",
    ),
    Publisher(
        "otel",
        "open_source",
        "2025-07-31",
        "high",
        "github.com/open-telemetry/community/issues/2658; meeting notes 'badge and everything'",
    ),
    Publisher(
        "firebirdsql", "open_source", "2025-05-22", "high", "github.com/FirebirdSQL/firebird-docker/issues/21"
    ),
    Publisher(
        "jenkins",
        "open_source",
        "2024-05-31",
        "high",
        "github.com/jenkins-infra/helpdesk/issues/4108 (renewal 2024-25 approved)",
    ),
    Publisher(
        "apache",
        "open_source",
        "2023-03-17",
        "high",
        "github.com/apache/accumulo-docker/issues/29 (profile shows 'Sponsored OSS')",
    ),
    Publisher("getarcaneapp", "open_source", "2026", "high", "getarcaneapp trivy mirror README"),
    Publisher("wgportal", "open_source", "2026", "high", "h44z/wg-portal README"),
    Publisher("happydomain", "open_source", "2026", "high", "happyDomain README"),
    Publisher(
        "obolibrary",
        "open_source",
        "2025-02-16",
        "medium",
        "github.com/INCATools/ontology-development-kit/issues/835 (has the badge)",
    ),
    Publisher("golift", "open_source", "2025", "medium", "golift/telegraf-docker README"),
    Publisher(
        "pandoc",
        "open_source",
        "2025",
        "medium",
        "pandoc/dockerfiles notes: minutes granted through the Docker open source program",
    ),
    Publisher("oneclickvirt", "open_source", "2026", "medium", "oneclickvirt README badge"),
    Publisher("jaqstack", "open_source", "2025", "medium", "JAQStack site page"),
    Publisher(
        "localai", "open_source", "2026", "medium", "third-party catalogue label 'Docker Sponsored OSS'"
    ),
    Publisher(
        "fluent",
        "open_source",
        "2026-06-11",
        "medium",
        "docs.docker.com dsos-program page, "
        "caption 'Fluent org with a Docker-Sponsored Open Source badge' (dsos-program.md:77)",
    ),
    Publisher(
        "bitshares",
        "open_source",
        "2024-03-12",
        "medium",
        "github.com/bitshares/bitshares-core/issues/2728 (badge 2023-04-28, renewed 2024-03-12)",
    ),
    Publisher(
        "autosubmit",
        "open_source",
        "2024-06-11",
        "medium",
        "github.com/BSC-ES/autosubmit/issues/1322 (approved)",
    ),
    Publisher("seroanalytics", "open_source", "2024", "medium", "seroanalytics deployment notes"),
    Publisher("zooproject", "open_source", "2023", "medium", "ZOO-Project 2.0.0 release notes"),
    Publisher(
        "smblds",
        "open_source",
        "2023-04-18",
        "medium",
        "github.com/smblds/smblds-container/issues/2 (approved)",
    ),
    Publisher("balercollaboration", "open_source", "2023", "medium", "baler-collaboration description"),
    Publisher("verdaccio", "open_source", "2022", "medium", "verdaccio README"),
    Publisher(
        "rook",
        "open_source",
        "2023-01",
        "medium",
        "github.com/rook/rook/issues/7881 via container-mirror READMEs",
    ),
    Publisher(
        "jenkinsciinfra",
        "open_source_no_badge",
        "2023-04-04",
        "high",
        "github.com/jenkins-infra/helpdesk/issues/3452: in the programme, no badge",
    ),
    Publisher(
        "jenkins4eval",
        "open_source_no_badge",
        "2023-04-04",
        "high",
        "github.com/jenkins-infra/helpdesk/issues/3452: in the programme, no badge",
    ),
)
