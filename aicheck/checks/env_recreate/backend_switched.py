"""env-recreate/backend-switched."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from aicheck.authoring import ChangeFacts, FilePair, bad_change, good_change
from aicheck.authoring.dangerous_steps import DangerousStep
from aicheck.authoring.resource_changes import surely_differ
from aicheck.authoring.resource_steps import folder_of
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.model.facts import Resource
from aicheck.model.finding import Match
from aicheck.model.location import WHOLE_FILE, Location, Side

STATE_PLACES = (
    *("bucket", "key", "prefix", "path", "workspace key prefix", "storage account name", "container name", "resource group name"),
    *("organization", "name", "hostname", "address", "region", "profile", "role arn", "conn str", "schema name", "url", "subscription id"),
)
ACCOUNTS = (
    *("account", "account id", "aws account id", "aws account", "project", "project id", "gcp project", "gcp project id", "google project"),
    *("subscription id", "tenant id", "profile", "aws profile", "region", "aws region", "gcp region", "host", "config context"),
)
CONTEXTS = ("kube context", "current context", "kubernetes context", "cluster context", "kubecontext")
VARIABLES = ("tf workspace", "aws profile", "pulumi stack", "cloudsdk core project", "google cloud project", "arm subscription id")
BLOCKS = frozenset({"backend", "cloud"})
STATE_BLOCKS = {"terraform": BLOCKS, "remote_state": frozenset({"config"}), "backend": frozenset({"url"})}
VALUES = named(*(name for name in ACCOUNTS if name not in {"host", "region", "project"}), "project id", whole=True)
REGIONS = named("region", "aws region", "gcp region", "location", "project", whole=True)
"""What variables of Terraform and settings of Pulumi are called that say where all of it goes."""


OF_PROGRAMS = named(*ACCOUNTS, "context", "cluster", whole=True)
PLACED = (
    named(*ACCOUNTS, whole=True, within=("provider",)),
    named(*CONTEXTS, whole=True),
    named(*VARIABLES, whole=True),
)
"""Settings that say by their name or place what they mean."""
STATE = named(*STATE_PLACES, whole=True)


class OtherPlace(DangerousStep, frozen=True):
    """Another place is named, and no run could make the two the same."""

    def describe(self, step: SettingStep) -> str:
        """As in `goes from eu to us`."""
        if step.old is None or step.new is None or not (step.old.value and step.new.value) or not surely_differ(step.old, step.new):
            return ""
        return f"goes from {clip(step.old.value, 22)} to {clip(step.new.value, 22)}"


class BackendSwitched(ValueDelta):
    """Finds state, an account, a project, a region or a cluster that is exchanged for another one."""

    id = "env-recreate/backend-switched"
    title = "State, account or cluster is exchanged for another one"
    why = (
        "With another state or account the tool knows nothing of what runs: it creates everything a second time, or changes and deletes "
        "what belongs to another environment."
    )
    instead = "Move the state with the tool's own command and read the plan first: it must be empty. Make a new environment a new folder."
    severity = "high"
    languages = (*CONFIGURATION, "python")
    cwe = (1188,)
    rows = (
        Row(PLACED[:2], (OtherPlace("high"),)),
        Row((named("server", "name", whole=True, within=("destination",)),), (OtherPlace("high"),)),
        Row(PLACED[2:], (OtherPlace("medium"),)),
        Row((VALUES, STATE), (OtherPlace("high"),)),
        Row((REGIONS,), (OtherPlace("medium"),)),
    )
    examples = (
        bad_change(
            'terraform {\n  backend "s3" {\n    bucket = "state"\n    key    = "shop/prod.tfstate"\n  }\n}\n',
            'terraform {\n  backend "s3" {\n    bucket = "state"\n    key    = "prod/shop.tfstate"\n  }\n}\n',
            "the key of the state",
            path="infra/backend.tf",
        ),
        bad_change(
            'terraform {\n  backend "s3" {\n    bucket = "state"\n  }\n}\n',
            'terraform {\n  backend "local" {\n    path = "state"\n  }\n}\n',
            "another kind of state",
            path="infra/backend.tf",
        ),
        bad_change(
            'terraform {\n  required_version = "1.9"\n  cloud {\n    organization = "shop"\n  }\n}\n',
            'terraform {\n  required_version = "1.9"\n}\n',
            "state on the machine that runs it",
            path="infra/backend.tf",
        ),
        bad_change(
            'provider "aws" {\n  profile = "shop"\n  region  = "eu-west-1"\n}\n',
            'provider "aws" {\n  profile = "shop-live"\n  region  = "eu-west-1"\n}\n',
            "another account",
            path="infra/main.tf",
        ),
        bad_change(
            "helmDefaults:\n  kubeContext: eu-1\nreleases:\n- name: shop\n",
            "helmDefaults:\n  kubeContext: us-1\nreleases:\n- name: shop\n",
            "another cluster",
            path="helmfile.yaml",
        ),
        bad_change(
            'remote_state {\n  backend = "gcs"\n  config = {\n    bucket = "state-a"\n    prefix = path_relative_to_include()\n  }\n}\n',
            'remote_state {\n  backend = "gcs"\n  config = {\n    bucket = "state-b"\n    prefix = path_relative_to_include()\n  }\n}\n',
            "in Terragrunt",
            path="terragrunt.hcl",
        ),
        bad_change(
            "import aws_cdk as cdk\nfrom shop import Data\n\nData(cdk.App(), 'Data', env=cdk.Environment(account='111122223333'))\n",
            "import aws_cdk as cdk\nfrom shop import Data\n\nData(cdk.App(), 'Data', env=cdk.Environment(account='444455556666'))\n",
            "in a program",
            path="infra/app.py",
        ),
        good_change(
            'terraform {\n  backend "s3" {\n    bucket  = "state"\n    encrypt = false\n  }\n}\n',
            'terraform {\n  backend "s3" {\n    bucket  = "state" # one for all\n    encrypt = true\n  }\n}\n',
            "the same place",
            path="infra/backend.tf",
        ),
        good_change(
            {"infra/main.tf": 'terraform {\n  backend "s3" {\n    bucket = "state"\n  }\n}\nlocals {\n  a = 1\n}\n'},
            {
                "infra/main.tf": "locals {\n  a = 1\n}\n",
                "infra/backend.tf": 'terraform {\n  backend "s3" {\n    bucket = "state"\n  }\n}\n',
            },
            "moved to a file of its own",
        ),
        good_change(
            {"envs/eu/backend.tf": 'terraform {\n  backend "s3" {\n    key = "eu"\n  }\n}\n'},
            {
                "envs/eu/backend.tf": 'terraform {\n  backend "s3" {\n    key = "eu"\n  }\n}\n',
                "envs/us/backend.tf": 'terraform {\n  backend "s3" {\n    key = "us"\n  }\n}\n',
            },
            "a new environment",
        ),
        good_change(
            'provider "aws" {\n  region = "eu-west-1"\n}\n',
            'provider "aws" {\n  region = var.region\n}\n',
            "a variable, which may hold the same",
            path="infra/main.tf",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """The rows of the table, what programs are given, and state that is kept in another kind of place or nowhere."""
        if pair.language == "python":
            yield from self._compare_program(pair, change)
            return
        yield from super().compare(pair, change)
        yield from self._compare_backends(pair, change)

    def is_meant(self, step: SettingStep, pair: FilePair, change: ChangeFacts) -> bool:  # noqa: ARG002  as it is declared
        """Destinations of Argo CD; accounts of providers, of Terraform's variables and of Pulumi's stacks."""
        first, name = step.key[0], PurePosixPath(pair.path).name
        if "destination" in step.key:
            return first.startswith("Application")
        if STATE.fits(step.key) and _is_state(step, name, pair.language):
            return True
        if any(fitting.fits(step.key) for fitting in PLACED):
            return True
        is_variable = pair.language == "terraform" and (len(step.key) == 1 or first.startswith("variable."))
        is_of_stack = first == "config" and name.startswith("Pulumi.")
        return (is_variable or is_of_stack) and (VALUES.fits(step.key) or REGIONS.fits(step.key))

    def _compare_program(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """Environments of CDK stacks and Pulumi's providers."""
        for step in change.resource_steps.steps.get(pair.path, ()):
            for after in step.after.attributes if step.after is not None else ():
                if after.key[0] == "env" or step.before.type.endswith(".Provider"):
                    before = next((one for one in step.before.attributes if one.key == after.key), None)
                    if before is not None and OF_PROGRAMS.fits(after.key):
                        setting_step = SettingStep((step.before.address, *after.key), (before,), (after,))
                        text = OtherPlace("high").describe(setting_step)
                        yield from [self.match_step(setting_step, pair, text, OtherPlace("high"))] if text else []

    def _compare_backends(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        before = _backend(pair.facts("before").resources)
        folder = folder_of(pair.path)
        nearby = [other for other in change.pairs if folder_of(other.path) == folder] if before is not None else []
        if before is None or not any(other.after for other in nearby):
            return
        after = next((found for other in nearby if (found := _backend(other.facts("after").resources)) is not None), None)
        if after is None or after[0] != before[0]:
            text = f"State was kept in {clip(before[0], 30)}, is now in {clip(after[0], 30) if after else 'a local file'}"
            span = after[1].span if after is not None and after[1] in pair.facts("after").resources else WHOLE_FILE
            side: Side = "after" if pair.change.after else "before"
            yield self.match(Location(pair.path, side, span), text, symbol="terraform.backend", text="state moved")


def _is_state(step: SettingStep, name: str, language: str) -> bool:
    """Whether a setting says where Terraform's, Terragrunt's or Pulumi's state is kept."""
    if language == "terraform" and "backend" in name and len(step.key) == 1:
        return True  # a file for `-backend-config`
    held = STATE_BLOCKS.get(step.key[0], frozenset())
    return len(step.key) > 1 and step.key[1] in held and (step.key[0] != "backend" or name.startswith("Pulumi."))


def _backend(resources: tuple[Resource, ...]) -> tuple[str, Resource] | None:
    """(kind of place, block) of the state of Terraform; None when the blocks say none."""
    for resource in resources if any(one.type == "terraform" for one in resources) else ():
        for setting in resource.attributes if resource.type == "terraform" else ():
            if setting.key[0] in BLOCKS:
                return (setting.key[1] if setting.key[0] == "backend" and len(setting.key) > 1 else setting.key[0]), resource
    return None
