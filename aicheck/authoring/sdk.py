"""Calls of cloud, cluster and database clients that delete what holds data or serves, and what holds them back."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

import msgspec

from aicheck.model.routines import Act, Guard
from aicheck.readers.python.local_names import Function, LocalNames, scopes_of
from aicheck.readers.python.region import Region
from aicheck.readers.routines.acts import ActReader
from aicheck.regex import regex

CLIENTS = tuple(
    """
    boto3 botocore aioboto google.cloud googleapiclient azure. kubernetes openshift pymongo motor docker digitalocean pydo hcloud
    linode openstack heroku railway cloudflare pulumi troposphere oci. ibm_ alibabacloud aliyun graphql neon_ neon. supabase redis
    elasticsearch opensearch qdrant pinecone chromadb weaviate snowflake databricks
    """.split()  # noqa: SIM905
)
"""A file that has to do with such clients holds one of these."""
STATEFUL = regex(
    r"^(?:begin_)?(?:delete|destroy|terminate|drop|purge|remove|schedule)_(?:namespaced_|global_|collection_)?(?:db_|cache_|rds_|dynamodb_|elasticsearch_|opensearch_|redshift_|ebs_|efs_|s3_|"
    r"backup_|persistent_|stateful_|hosted_|dns_|user_|kms_|managed_|resource_|custom_|spanner_|sql_|bigtable_|file_|key_|crypto_|log_|recovery_|deleted_|storage_)*"
    r"(?:instances?|clusters?|snapshots?|snapshot_schedule|tables?|buckets?|stacks?|stack_set|volumes?|volume_claim|persistent_volume_claim|file_systems?|"
    r"replication_group|zones?|key_deletion|deletion|secrets?|pools?|repository|streams?|domain|vault|point|groups?|vpc|databases?|datasets?|projects?|namespaces?|set|"
    r"keyspace|organization|account|collection|index|resource_definition|custom_resource_definition|accounts?|crypto_key_version|version|server|droplet|disk|environment|"
    r"load_balancer|nat_gateway|subscription|tenant|backup|backups)$"
)
HARMLESS = regex(
    r"^(?:delete_(?:security_group|log_group|launch_template|target_group|auto_scaling_group|placement_group|user_group|group|parameter_group|option_group|"
    r"policy_version|function_version|object_version|index|subscription|version)|remove_(?:instance|group|groups|index|version|collection)|drop_index)$"
)
"""Made anew without a loss, or too common outside of clouds."""
KEEPING_NOTHING = {
    "SkipFinalSnapshot": "without a final snapshot",
    "DeleteAutomatedBackups": "with its backups",
    "ForceDeleteWithoutRecovery": "without a way back",
    "SkipFinalClusterSnapshot": "without a final snapshot",
    "delete_contents": "with all its contents",
    "ForceDelete": "by force",
}
"""Arguments that take the way back along, and how to say so."""
MEANT = regex(r"delete|destroy|terminate|tear_?down|remove|drop|purge|clean|uninstall|decommission|wipe|reset", re.IGNORECASE)
HELD_BACK = regex(
    r"tag|label|owner|ephemeral|preview|sandbox|dry|confirm|apply|force|yes|prefix|startswith|endswith|test|managed|created|age|older|expired|days|allow|protect|"
    r"environment|env\b|prod|orphan|unused|available|stale|ttl|input|prompt|approved|status|state",
    re.IGNORECASE,
)
"""Words of conditions that choose what may be deleted, or ask first."""
PRETENDED = regex(
    r"\bmoto\b|mock_aws|mock_s3|localstack|testcontainers|Stubber|fakeredis|mongomock|kind-|minikube|localhost|127\.0\.0\.1|emulator",
    re.IGNORECASE,
)


class Conduct(msgspec.Struct, frozen=True):
    """What one function, or the module outside of functions, does."""

    node: ast.AST
    acts: tuple[Act, ...]
    guards: tuple[Guard, ...]
    names: LocalNames

    def held_back(self, act: Act) -> bool:
        """Whether a condition before a call chooses what it may take, or asks."""
        return any(
            HELD_BACK.search(self.guards[position].text) or self.guards[position].form == "call"
            for position in act.guards
            if self.guards[position].form != "block"
        )


@lru_cache(maxsize=4)
def conducts_of(region: Region) -> tuple[Conduct, ...]:
    """What a region and each function inside of it does; nothing where only LibCST can read the file."""
    if region.index is None:
        return ()
    found = []
    for node, names in scopes_of(region.source.names, region.index):
        reader = ActReader(region.source, names)
        reader.read(node.body if isinstance(node, ast.Module | Function) else [])
        found.append(Conduct(node, tuple(reader.acts), tuple(reader.guards), names))
    return tuple(found)


def is_pretended(region: Region) -> bool:
    """Whether the file works against a mock, an emulator or a local copy. Reads the whole file: ask it last."""
    return _pretends(region.source.text)


@lru_cache(maxsize=4)
def _pretends(text: str) -> bool:
    return PRETENDED.search(text) is not None


def deletes_stateful(act: Act) -> bool:
    """Whether a call deletes something of a cloud or cluster that holds data or serves, by its name."""
    name = act.name
    if act.callee.startswith((".self.delete", ".self._delete")) and act.callee.count(".") == 2:
        return False
    if HARMLESS.match(name):
        return False
    if STATEFUL.match(name):
        return "." in act.callee.lstrip(".")
    if name == "schedule_key_deletion" or name.startswith("delete_collection_namespaced"):
        return True
    chain = act.callee.rpartition(".")[0]
    if name in {"begin_delete", "begin_delete_secret"}:
        return True
    return (
        name == "delete"
        and re.search(r"(?:instances|clusters|databases|resource_groups|projects|zones|volumes|disks|droplets|servers)(?:\(\))?$", chain)
        is not None
    )


def keeping_nothing(act: Act) -> str:
    """How to say that the call leaves no way back; empty when it does not say so."""
    given = dict(act.arguments)
    return next((phrase for key, phrase in KEEPING_NOTHING.items() if given.get(key) == "True"), "")
