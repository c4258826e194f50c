"""Labels of the filmstrip's frames."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from rtedit_desktop.ui.model.result import Frame, FrameKind


def composing_label(frame: Frame | None) -> str:
    """While a frame, or where there is none the photo with its edits, is not at the photo's own size yet."""
    if frame is None:
        return QCoreApplication.translate("frames", "composing…")
    return QCoreApplication.translate("frames", "{picture} · composing…").format(picture=frame_label(frame))


def frame_label(frame: Frame) -> str:
    match frame.kind:
        case FrameKind.SOURCE:
            return QCoreApplication.translate("frames", "source")
        case FrameKind.PREVIEW:
            text = QCoreApplication.translate("frames", "learning {step}/{of}")
        case FrameKind.STEP:
            text = QCoreApplication.translate("frames", "step {step}/{of}")
        case FrameKind.RESULT:
            return QCoreApplication.translate("frames", "result")
    return text.format(step=frame.index, of=frame.of)
