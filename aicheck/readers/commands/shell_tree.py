"""Walks the syntax tree of a shell text and finds every command in a position where a shell executes it.

Comments, texts of heredocs, messages, patterns and the text of quotes hold no commands; substitutions in them do.
The walk keeps its own stack: hostile nesting costs no recursion.
"""

import re
from array import array
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from msgspec.structs import replace
from tree_sitter import Node

from aicheck.readers.commands.allowance import MOST_COMMANDS, Allowance
from aicheck.readers.commands.shell_simple import Around, Input, SimpleCommand, nodes_behind, read_heredoc, substitutions_in
from aicheck.readers.commands.shell_variables import Use, Variables
from aicheck.readers.commands.shell_word import Word
from aicheck.readers.commands.shell_words import WordReader
from aicheck.readers.syntax_tree import text_of
from aicheck.readers.unreadable import Unreadable
from aicheck.regex import regex

MAX_DEPTH = 300
"""Of the syntax tree."""
MOST_SOURCE = 1_000
"""Bytes that are looked at for a condition's text."""
HOLD_NOTHING = frozenset({"comment", "heredoc_content", "raw_string", "regex"})
REDIRECTS = frozenset({"file_redirect", "herestring_redirect", "heredoc_redirect"})
NO_WORDS = REDIRECTS | {"<", "comment", "variable_assignment"}
NOTHING = regex(r"(?:(?:/usr)?(?:/bin/)?true|:|echo\b.*|printf\b.*|exit 0|return 0|warn\w*\b.*)", re.DOTALL)
"""What stands after `||` where a failure is passed over."""
STOP = regex(r"(?:exit|return|false|die)\b(?! 0\b).*", re.DOTALL)
"""What stops after all, behind a message: `|| echo failed && exit 1`."""
Task = tuple[Node, Around]
Item = tuple[str, Node, Around]
"""(operator in front of it, command, what holds for it) of a list."""


class TreeWalker:
    """Walks one syntax tree."""

    def __init__(self, root: Node, data: bytes, variables: Variables, allowance: Allowance, skipped: frozenset[str] = frozenset()) -> None:
        """`skipped`: sources of substitutions that the text around this one runs."""
        self._root = root
        self._data = data
        self._skipped = skipped
        self._offsets = None if data.isascii() else array("L", [0, *accumulate((byte & 0xC0) != 0x80 for byte in data)])
        self._words = WordReader(self._offset, variables, allowance)
        self._found: list[SimpleCommand] = []
        if b"=" in data:
            variables.read(root, self._words.words_of)
        self._visits: dict[str, Callable[[Node, Around], Sequence[Task]]] = {
            "case_statement": self._case,
            "command": self._command,
            "command_substitution": self._substitution,
            "declaration_command": self._declaration,
            "function_definition": self._function,
            "if_statement": self._if,
            "list": self._list,
            "negated_command": self._passed_on,
            "pipeline": self._pipeline,
            "process_substitution": self._substitution,
            "redirected_statement": self._redirected,
            "unset_command": self._declaration,
            "while_statement": self._while,
        }

    def read(self) -> list[SimpleCommand]:
        """The commands in source order. Raises Unreadable when they are nested too deeply."""
        pending: list[Task] = [(self._root, Around())]
        while pending:
            node, around = pending.pop()
            if not node.child_count or node.type in HOLD_NOTHING:
                continue
            if around.depth > MAX_DEPTH:
                raise Unreadable(f"a script nested deeper than {MAX_DEPTH}")
            visit = self._visits.get(node.type, self._children)
            pending += reversed(visit(node, replace(around, depth=around.depth + 1)))
        return sorted(self._found, key=lambda command: command.start)

    def _children(self, node: Node, around: Around) -> list[Task]:
        inside = around.inside()
        return [(child, inside) for child in node.named_children]

    def _passed_on(self, node: Node, around: Around) -> list[Task]:
        return [(child, around) for child in node.named_children]

    def _substitution(self, node: Node, around: Around) -> list[Task]:
        if self._skipped and text_of(node) in self._skipped:
            return []
        return self._children(node, replace(around, feeds=(), masked=False))

    def _function(self, node: Node, around: Around) -> list[Task]:
        name = text_of(node.child_by_field_name("name"))
        body = node.child_by_field_name("body")
        within = Around(function=name, scope=node.start_byte, depth=around.depth)
        return [(child, within) for child in node.named_children if child.type in REDIRECTS or (body is not None and child.id == body.id)]

    def _declaration(self, node: Node, around: Around) -> list[Task]:
        words = [Word(text_of(node.children[0]))]
        for child in node.children[1:]:
            if child.type == "variable_assignment":
                name, value = self._assignment(child, around)
                mark = "+=" if any(part.type == "+=" for part in child.children) else "="
                words.append(Word(f"{name}{mark}{value}"))
            elif child.type not in NO_WORDS:
                words += self._words.words_of(child, Use(node.start_byte, around.scope))
        self._add(node, words, around)
        return self._children(node, replace(around, feeds=(), masked=False))

    def _command(self, node: Node, around: Around) -> list[Task]:
        words: list[Word] = []
        environment: list[tuple[str, str]] = []
        inputs = list(around.inputs)
        for child in node.children:
            if child.type == "variable_assignment":
                environment.append(self._assignment(child, around))
            elif child.type == "herestring_redirect":
                inputs += self._herestring(child, around)
            elif child.type not in NO_WORDS:
                words += self._words.words_of(child, Use(node.start_byte, around.scope))
        self._add(node, [*words, *around.more], replace(around, inputs=tuple(inputs), more=()), tuple(environment))
        return self._children(node, replace(around, feeds=(), masked=False))

    def _assignment(self, node: Node, around: Around) -> tuple[str, str]:
        value = node.child_by_field_name("value")
        name = text_of(node.child_by_field_name("name"))
        if value is None:
            return name, ""
        if value.type == "array":
            return name, text_of(value)
        return name, " ".join(word.text for word in self._words.words_of(value, Use(node.start_byte, around.scope)))

    def _add(self, node: Node, words: Sequence[Word], around: Around, environment: tuple[tuple[str, str], ...] = ()) -> None:
        if words:
            start, end = self._offset(node.start_byte), self._offset(node.end_byte)
            if len(self._found) >= MOST_COMMANDS:
                raise Unreadable(f"more than {MOST_COMMANDS:,} commands")
            use = Use(node.start_byte, around.scope)
            self._found.append(SimpleCommand(tuple(words), start, end, around, use, environment, substitutions_in(node)))

    def _list(self, node: Node, around: Around) -> list[Task]:
        return self._chained(self._items("", node, around), around)

    def _items(self, operator: str, node: Node, around: Around) -> list[Item]:
        """The commands of a list; lists lean to the left in the tree."""
        items: list[Item] = []
        while node.type == "list" and node.named_child_count > 1:
            parts = [child for child in node.children if child.type != "comment"]
            own = next((child.type for child in parts if child.type in {"&&", "||"}), "&&")
            items.append((own, parts[-1], around))
            node = parts[0]
            around = around.inside()
        return [(operator, node, around), *reversed(items)]

    def _chained(self, items: Sequence[Item], around: Around) -> list[Task]:
        """Each command of a list under the conditions that those before it make."""
        tasks: list[Task] = []
        conditions, is_plain = around, True
        masked = [around.masked or is_masked for is_masked in self._masks(items)]
        for number, (operator, node, own) in enumerate(items):
            before = items[number - 1][1]
            if operator == "&&" and is_plain:
                conditions = conditions.under(self._source(before, before))
            elif operator:
                text = self._source(items[0][1], before)
                conditions = around.under(text if operator == "&&" else f"! ({text})")
                is_plain = False
            tasks.append((node, replace(own, conditions=conditions.conditions, masked=masked[number], depth=around.depth)))
        return tasks

    def _masks(self, items: Sequence[Item]) -> list[bool]:
        """For each command of a list whether its failure is passed over at a later `||`."""
        masks: list[bool] = []
        is_masked, stops = False, False
        for operator, node, _ in reversed(items):
            masks.append(is_masked)
            is_masked = is_masked or (operator == "||" and not stops and self._is_nothing(node))
            stops = stops or STOP.fullmatch(self._source(node, node).strip()) is not None
        return masks[::-1]

    def _is_nothing(self, node: Node) -> bool:
        """Whether a command only passes over a failure; of a group each one in it."""
        if node.type in {"compound_statement", "subshell"}:
            return bool(node.named_children) and all(
                child.type == "comment" or NOTHING.fullmatch(text_of(child).strip()) for child in node.named_children
            )
        return NOTHING.fullmatch(self._source(node, node).strip()) is not None

    def _pipeline(self, node: Node, around: Around) -> list[Task]:
        return self._piped([child for child in node.named_children if child.type != "comment"], around)

    def _piped(self, stages: Sequence[Node], around: Around) -> list[Task]:
        """The stages of a pipeline; what is redirected behind it belongs to the last one."""
        if len(stages) > MOST_COMMANDS:
            raise Unreadable(f"more than {MOST_COMMANDS:,} commands")
        inside = around.inside()
        tasks = [(stage, replace(inside, feeds=self._first_words(following, around))) for stage, following in pairwise(stages)]
        return [*tasks, *((stage, around) for stage in stages[-1:])]

    def _redirected(self, node: Node, around: Around) -> list[Task]:
        body = node.child_by_field_name("body")
        redirects = [child for child in node.named_children if body is None or child.id != body.id]
        parts = [part for child in redirects if child.type == "heredoc_redirect" for part in child.named_children]
        inputs = tuple(found for child in redirects for found in self._inputs(child, around))
        more = tuple(word for child in redirects for word in self._words_behind(child, around))
        fed = replace(around, inputs=(*around.inputs, *inputs), more=(*around.more, *more))
        after = [(part, around.inside()) for child in redirects for part in self._held(child)]
        if body is None:
            return after
        stages = [part for part in parts if part.type == "pipeline"]
        if stages:
            first = self._first_words(stages[0], around)
            return [(body, replace(fed, feeds=first)), *((stage, around.inside()) for stage in stages), *after]
        right = next((part for child in redirects for part in child.children_by_field_name("right")), None)
        if right is not None:
            operator = next((text_of(part) for child in redirects for part in child.children_by_field_name("operator")), "&&")
            return [*self._chained([("", body, fed), *self._items(operator, right, around.inside())], around), *after]
        return [(body, fed), *after]

    def _inputs(self, node: Node, around: Around) -> list[Input]:
        if node.type == "herestring_redirect":
            return self._herestring(node, around)
        children = node.named_children
        body = next((child for child in children if child.type == "heredoc_body"), None)
        mark = next((text_of(child) for child in children if child.type == "heredoc_start"), "")
        if body is None:
            return []
        return [read_heredoc(body, mark, self._offset(body.start_byte), Use(node.start_byte, around.scope))]

    def _herestring(self, node: Node, around: Around) -> list[Input]:
        children = node.named_children[-1:]
        words = [word for child in children for word in self._words.words_of(child, Use(node.start_byte, around.scope))]
        return [Input(words[0].stretch, substitutions=substitutions_in(node))] if len(words) == 1 else []

    def _words_behind(self, node: Node, around: Around) -> list[Word]:
        use = Use(node.start_byte, around.scope)
        return [word for child in nodes_behind(node) for word in self._words.words_of(child, use)]

    def _held(self, node: Node) -> list[Node]:
        """The parts of a redirection that may hold substitutions."""
        handled = {child.id for child in node.children_by_field_name("right")}
        return [child for child in node.named_children if child.type != "pipeline" and child.id not in handled]

    def _if(self, node: Node, around: Around) -> list[Task]:
        tasks: list[Task] = []
        otherwise = around.inside()
        branches = [node, *(child for child in node.named_children if child.type in {"elif_clause", "else_clause"})]
        for branch in branches:
            children = [child for child in branch.children if child.type not in {"elif_clause", "else_clause"}]
            then = next((number for number, child in enumerate(children) if child.type == "then"), 0)
            tested = [child for child in children[:then] if child.is_named and child.type != "comment"]
            tasks += [(child, otherwise) for child in tested]
            text = self._source(tested[0], tested[-1]) if tested else ""
            inside = otherwise.under(text)
            tasks += [(child, inside) for child in children[then:] if child.is_named]
            otherwise = otherwise.under(f"! ({text})") if text else otherwise
        return tasks

    def _while(self, node: Node, around: Around) -> list[Task]:
        inside = around.inside()
        body = node.child_by_field_name("body")
        tested = [child for child in node.named_children if body is None or child.end_byte <= body.start_byte]
        text = self._source(tested[0], tested[-1]) if tested else ""
        within = inside.under(f"! ({text})" if text_of(node.children[0]) == "until" else text)
        return [(child, inside) for child in tested] + [(child, within) for child in node.named_children[len(tested) :]]

    def _case(self, node: Node, around: Around) -> list[Task]:
        value = node.child_by_field_name("value")
        subject = self._source(value, value) if value is not None else ""
        tasks: list[Task] = [(value, around.inside())] if value is not None else []
        for item in (child for child in node.named_children if child.type == "case_item"):
            patterns = item.children_by_field_name("value")
            ids = {pattern.id for pattern in patterns}
            inside = around.inside().under(f"{subject} = {self._source(patterns[0], patterns[-1]) if patterns else ''}")
            tasks += [(child, inside) for child in item.named_children if child.id not in ids]
        return tasks

    def _first_words(self, node: Node, around: Around) -> tuple[Word, ...]:
        """The words of the first command at or below a node."""
        for _ in range(MAX_DEPTH):
            if node.type == "command":
                kept = [child for child in node.children if child.type not in NO_WORDS]
                return tuple(word for child in kept for word in self._words.words_of(child, Use(node.start_byte, around.scope)))
            following = next((child for child in node.named_children if child.type not in HOLD_NOTHING), None)
            if following is None:
                break
            node = following
        return ()

    def _source(self, first: Node, last: Node) -> str:
        """The beginning of the text from one node to another."""
        return self._data[first.start_byte : min(last.end_byte, first.start_byte + MOST_SOURCE)].decode(errors="ignore")

    def _offset(self, byte: int) -> int:
        return byte if self._offsets is None else self._offsets[byte]
