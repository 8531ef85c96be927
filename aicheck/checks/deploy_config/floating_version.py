"""deploy-config/floating-version."""

from aicheck.authoring import bad_change, good_change
from aicheck.authoring.dangerous_steps import DangerousStep
from aicheck.authoring.setting_names import named
from aicheck.authoring.setting_tree import SettingStep
from aicheck.authoring.setting_words import TEST_TOOLS
from aicheck.authoring.value_delta import CONFIGURATION, Row, ValueDelta
from aicheck.authoring.wording import clip
from aicheck.readers.release import Version, read_image, read_version


class ComesLoose(DangerousStep, frozen=True):
    """A pinned version becomes whatever is newest; `is_image` for a version behind a name."""

    is_image: bool = False

    def describe(self, step: SettingStep) -> str:
        """As in `is no longer pinned: 1.25.3 -> latest`."""
        if step.old is None or step.new is None or "{" in step.new.value or step.new.type == "expression":
            return ""
        before, after = (_version(setting.value, self.is_image) for setting in (step.old, step.new))
        if (
            before is None
            or after is None
            or before[2] != after[2]
            or not _is_release(before[1])
            or not after[1].is_floating
            or after[1].release
        ):
            return ""
        return f"is no longer pinned: {clip(before[0], 20)} -> {clip(after[0], 20) or 'none'}"


class FloatingVersion(ValueDelta):
    """Finds a pinned image, chart, module or provider that follows the newest one from now on."""

    id = "deploy-config/floating-version"
    title = "Pinned version follows the newest one"
    why = (
        "The next restart or apply takes whatever was published last, untested, at a time that nobody chose, and differs from host to host."
    )
    instead = "Pin a version or digest and let a bot propose the next one."
    severity = "medium"
    confidence = "high"
    languages = CONFIGURATION
    cwe = (829,)
    rows = (
        Row((named("image", "base image", "docker image", "container image", outside=TEST_TOOLS),), (ComesLoose("medium", is_image=True),)),
        Row(
            (
                named(
                    "tag",
                    "image tag",
                    "target revision",
                    "chart version",
                    "ref",
                    "revision",
                    "git ref",
                    whole=True,
                    outside=(*TEST_TOOLS, "actions", "jobs"),
                ),
                named(
                    "version",
                    whole=True,
                    within=("chart", "module", "required providers", "image", "addon", "addons", "providers"),
                    outside=TEST_TOOLS,
                ),
            ),
            (ComesLoose("medium"),),
        ),
        Row((named("source", whole=True),), (ComesLoose("medium", is_image=True),)),
    )
    examples = (
        bad_change(
            "services:\n  web:\n    image: nginx:1.25.3\n",
            "services:\n  web:\n    image: nginx:latest\n",
            "the newest",
            path="compose.yaml",
        ),
        bad_change("services:\n  web:\n    image: nginx:1.25.3\n", "services:\n  web:\n    image: nginx\n", "no tag", path="compose.yaml"),
        bad_change('{"image": {"tag": "v2.1.0"}}', '{"image": {"tag": "main"}}', "a branch", path="values.json"),
        bad_change(
            'module "net" {\n  source = "git::https://git.example/net.git?ref=v1.4.2"\n}\n',
            'module "net" {\n  source = "git::https://git.example/net.git?ref=main"\n}\n',
            "a branch, in Terraform",
            path="net.tf",
        ),
        good_change(
            "services:\n  web:\n    image: nginx:1.25.3\n",
            "services:\n  web:\n    image: nginx:1.27.0\n",
            "another pin",
            path="compose.yaml",
        ),
        good_change(
            "services:\n  web:\n    image: nginx:latest\n",
            "services:\n  web:\n    image: nginx:1.27.0\n",
            "gets a pin",
            path="compose.yaml",
        ),
        good_change(
            '{"source": "git::https://git.example/label?ref=v0.21.0"}',
            '{"source": "example/label/null"}',
            "from a registry, with a version of its own",
            path="m.json",
        ),
        good_change('{"name": "web", "version": "1.2.3"}', '{"name": "web", "version": "latest"}', "its own version", path="package.json"),
    )


def _version(value: str, is_image: bool) -> tuple[str, Version, str] | None:
    """The version in a value as written and as understood, and what it is of; None for a value of another form."""
    if is_image:
        image = read_image(value)
        return (image.digest or image.tag, image.version, image.repository) if image is not None else None
    version = read_version(value)
    return (value, version, "") if version is not None else None


def _is_release(version: Version) -> bool:
    return version.is_pinned or (bool(version.release) and not version.is_floating)
