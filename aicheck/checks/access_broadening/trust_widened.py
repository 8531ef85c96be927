"""access-broadening/trust-widened."""

from collections.abc import Iterator

from aicheck.authoring import ChangeFacts, FilePair, bad, bad_change, good, good_change
from aicheck.authoring.dangerous_steps import Leaves, Removed
from aicheck.authoring.setting_names import named
from aicheck.authoring.trust import judge_subject, judge_trust
from aicheck.authoring.value_delta import CONFIGURATION, SOURCE, Row, ValueDelta
from aicheck.model.finding import Match
from aicheck.model.location import Location

TRUST = """data "aws_iam_policy_document" "ci" {{
  statement {{
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {{
      type        = "Federated"
      identifiers = ["arn:aws:iam::1:oidc-provider/token.actions.githubusercontent.com"]
    }}
    condition {{
      test     = "{test}"
      variable = "token.actions.githubusercontent.com:{claim}"
      values   = ["{value}"]
    }}
  }}
}}
"""
MAIN = TRUST.format(test="StringEquals", claim="sub", value="repo:shop/app:ref:refs/heads/main")
PARTNER = '{{"Statement": [{{"Effect": "{effect}", "Principal": {{"AWS": "{principal}"}},\n"Action": "sts:AssumeRole"{condition}}}]}}\n'
EXTERNAL = ',\n"Condition": {"StringEquals": {"sts:ExternalId": "shop"}}'
POOL = 'resource "google_iam_workload_identity_pool_provider" "ci" {{\n  workload_identity_pool_id = "ci"\n{condition}}}\n'


class TrustWidened(ValueDelta):
    """Finds roles that more identities may take up: any account, any repository, or the same ones without a condition.

    A condition on the caller's organisation, source or external id holds everybody else off.
    """

    id = "access-broadening/trust-widened"
    title = "More identities may take up a role"
    why = "Anybody with an account or a repository of their own gets this role's rights, without a password and without a trace before."
    instead = "Name the one role, or the one repository and branch, that may take it up; keep the external id and the audience."
    severity = "critical"
    confidence = "high"
    languages = tuple(sorted({*CONFIGURATION, *SOURCE}))
    cwe = (346, 284)
    security = True
    rows = (
        Row((named("attribute condition", whole=True),), (Removed("high"),)),
        Row((named("external id", whole=True, within=("assume role", "trust", "role", "assume role policy")),), (Removed("medium"),)),
        Row(
            (named("require mfa", "requires mfa", "role requires mfa", whole=True),), (Leaves("high", frozenset({"true"}), removed=False),)
        ),
    )
    examples = (
        bad_change(MAIN, TRUST.format(test="StringLike", claim="sub", value="repo:*"), "any repository of anybody", path="infra/ci.tf"),
        bad_change(
            MAIN, TRUST.format(test="StringLike", claim="sub", value="repo:shop/app:*"), "any branch and pull request", path="infra/ci.tf"
        ),
        bad_change(
            MAIN,
            TRUST.format(test="StringEquals", claim="aud", value="sts.amazonaws.com"),
            "only the audience is left",
            path="infra/ci.tf",
        ),
        bad(PARTNER.format(effect="Allow", principal="*", condition=""), "any account", path="infra/trust.json"),
        bad_change(
            PARTNER.format(effect="Allow", principal="arn:aws:iam::2:root", condition=EXTERNAL),
            PARTNER.format(effect="Allow", principal="arn:aws:iam::2:root", condition=""),
            "the external id goes",
            path="infra/trust.json",
        ),
        bad(
            "import json\n\nimport pulumi_aws as cloud\n\nrole = cloud.iam.Role('ci', assume_role_policy=json.dumps({\n"
            "    'Statement': [{'Effect': 'Allow', 'Action': 'sts:AssumeRole', 'Principal': {'AWS': ['*']}}],\n}))\n",
            "in Pulumi",
            path="infra/ci.py",
        ),
        bad_change(
            POOL.format(condition="  attribute_condition = \"assertion.repository == 'shop/app'\"\n"),
            POOL.format(condition=""),
            "a pool lets every repository in",
            path="infra/pool.tf",
        ),
        good(MAIN, "one branch of one repository", path="infra/ci.tf"),
        good_change(TRUST.format(test="StringLike", claim="sub", value="repo:*"), MAIN, "narrowed", path="infra/ci.tf"),
        good(PARTNER.format(effect="Deny", principal="*", condition=""), "a denial", path="infra/trust.json"),
        good(
            PARTNER.format(effect="Allow", principal="*", condition=',\n"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}'),
            "one's own organisation",
            path="infra/trust.json",
        ),
        good_change(MAIN, MAIN.replace("refs/heads/main", "refs/heads/release"), "another branch", path="infra/ci.tf"),
        good_change({"infra/ci.tf": MAIN}, {"infra/trust.tf": "# moved\n" + MAIN}, "moved"),
        good(
            '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},\n"Action": "sts:AssumeRole"}]}\n',
            "a service",
            path="infra/trust.json",
        ),
    )

    def compare(self, pair: FilePair, change: ChangeFacts) -> Iterator[Match]:
        """The rows of the table, then trust policies, then subjects that stand as settings of their own."""
        yield from super().compare(pair, change)
        judged = set()
        for step in change.grant_steps.get(pair.path, ()):
            found = judge_trust(step)
            judged |= {condition.partition("=")[2] for condition in step.after.conditions}
            if found is not None:
                symbol = ".".join(step.after.home)
                yield self.match(Location(pair.path, "after", step.after.span), found[0], symbol=symbol, text=found[0], severity=found[1])
        for new in change.setting_steps.get(pair.path, ()):
            before = {setting.value for setting in new.before}
            for setting in new.after:
                alone = judge_subject(setting.value) if setting.value not in judged | before else None
                if alone is not None:
                    place = Location(pair.path, "after", setting.span)
                    yield self.match(place, alone[0], symbol=".".join(setting.key), text=alone[0], severity=alone[1])
