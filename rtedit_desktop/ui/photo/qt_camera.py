"""Camera of the computer by Qt's multimedia, which is loaded when somebody wants to take a photo."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCameraPermission, QCoreApplication, QObject, Qt

from rtedit_desktop.ui.photo.camera import Camera

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QVideoFrame, QVideoSink


class QtCamera(Camera):
    """Owns the device while it is on: the one that the system names first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._wanted = False
        self._parts: tuple[QCamera, QMediaCaptureSession, QVideoSink] | None = None

    def start(self) -> None:
        self._wanted = True
        app = QCoreApplication.instance()
        assert app is not None
        permission = QCameraPermission()
        if app.checkPermission(permission) is Qt.PermissionStatus.Granted:
            self._turn_on()
        else:
            app.requestPermission(permission, self, lambda _: self._answered())

    def stop(self) -> None:
        self._wanted = False
        parts, self._parts = self._parts, None
        if parts is not None:
            camera, session, sink = parts
            sink.videoFrameChanged.disconnect(self._saw)
            camera.stop()
            for part in (session, camera, sink):
                part.deleteLater()

    def _answered(self) -> None:
        app = QCoreApplication.instance()
        if not self._wanted or app is None:
            return  # the dialog was closed meanwhile
        if app.checkPermission(QCameraPermission()) is Qt.PermissionStatus.Granted:
            self._turn_on()
        else:
            self.failed.emit(
                self.tr("RTEdit may not use the camera. Allow it in the system's privacy settings, then try again.")
            )

    def _turn_on(self) -> None:
        try:
            from PySide6.QtMultimedia import QCamera, QMediaCaptureSession, QMediaDevices, QVideoSink
        except ImportError as error:
            text = self.tr(
                "The camera cannot be used: a part of Qt's multimedia is missing ({reason}). Install PySide6-Addons, "
                "and on Linux libpulse0."
            )
            self.failed.emit(text.format(reason=error))
            return
        device = QMediaDevices.defaultVideoInput()
        if device.isNull():
            self.failed.emit(self.tr("No camera was found. Plug one in and try again, or open a photo from disk."))
            return
        camera, session, sink = QCamera(device, self), QMediaCaptureSession(self), QVideoSink(self)
        session.setCamera(camera)
        session.setVideoSink(sink)
        sink.videoFrameChanged.connect(self._saw)
        camera.errorOccurred.connect(lambda _, reason: self._broke(reason))
        self._parts = camera, session, sink
        camera.start()

    def _saw(self, frame: QVideoFrame) -> None:
        image = frame.toImage()
        if not image.isNull():
            self.picture_came.emit(image)

    def _broke(self, reason: str) -> None:
        if self._parts is not None:
            self.stop()
            text = self.tr("The camera does not work: {reason}. Close other programs that use it, then try again.")
            self.failed.emit(text.format(reason=reason.rstrip(".") or self.tr("it gives no reason")))
