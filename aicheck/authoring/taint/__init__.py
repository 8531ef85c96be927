"""Follows text from where it comes in to where it does harm, inside a function and one call deep inside a module."""

from aicheck.authoring.taint.engine import Moment, Sources, Taint, follow
from aicheck.authoring.taint.model_replies import MODELS, ModelReplies
from aicheck.authoring.taint.sinks import Sink, may_be_sink, sink_of

__all__ = ["MODELS", "ModelReplies", "Moment", "Sink", "Sources", "Taint", "follow", "may_be_sink", "sink_of"]
