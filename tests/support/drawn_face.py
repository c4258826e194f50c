"""A drawn face for the painters of the Portraits pack, whose modules must be importable by then."""

from __future__ import annotations

import sys
from typing import Any

import cv2
import numpy as np


def drawn_face(yaw: float = 0.0) -> Any:
    """A face of ovals: skin, hair, eyes and lips where a turned mean head has them."""
    face_module = sys.modules["face"]
    mean = face_module.shape()["mean"].astype(np.float64)
    mean[[61, 291], 1] -= 0.2  # the mean head smiles a little
    cos, sin = np.cos(yaw), np.sin(yaw)
    turned = np.c_[mean[:, 0] * cos + mean[:, 2] * sin, mean[:, 1]]
    mesh = (turned * [8.2, -8.2] + [128, 142]).astype(np.float32)
    yy, xx = np.mgrid[0:256, 0:256].astype(np.float32)
    noise = np.random.default_rng(7).normal(0, 2, (256, 256, 1))
    picture = np.full((256, 256, 3), (96, 120, 150), np.float32) + yy[..., None] * 0.1
    head = np.zeros((256, 256), np.uint8)
    cv2.ellipse(head, (128, 118), (78, 96), 0, 0, 360, 255, -1, cv2.LINE_AA)
    cv2.rectangle(head, (88, 200), (168, 255), 255, -1)
    oval = np.zeros((256, 256), np.uint8)
    cv2.fillPoly(oval, [np.round(mesh[face_module.OVAL]).astype(np.int32)], 255, cv2.LINE_AA)
    person, skin = head / np.float32(255), oval / np.float32(255)
    person = np.maximum(person, skin)
    neck = ((yy > 205) * person).astype(np.float32)
    skin = np.maximum(skin, neck)
    hair = np.clip(person - skin, 0, 1)
    shade = (1.1 - 0.25 * np.abs(xx - 118) / 80)[..., None]
    picture = picture * (1 - skin[..., None]) + skin[..., None] * np.array((205, 160, 138)) * shade
    strands = 1 + 0.35 * np.sin(xx * 1.1)[..., None]
    picture = picture * (1 - hair[..., None]) + hair[..., None] * np.array((74, 50, 38)) * strands
    canvas = np.clip(picture + noise, 0, 255).astype(np.uint8)
    for points, colour in (
        (face_module.EYE_LEFT, (236, 234, 230)),
        (face_module.EYE_RIGHT, (236, 234, 230)),
        (face_module.BROW_LEFT, (60, 42, 34)),
        (face_module.BROW_RIGHT, (60, 42, 34)),
        (face_module.LIPS_OUTER, (176, 96, 92)),
    ):
        cv2.fillPoly(canvas, [np.round(mesh[points]).astype(np.int32)], colour, cv2.LINE_AA)
    for middle in (468, 473):
        cv2.circle(canvas, tuple(int(v) for v in np.round(mesh[middle])), 5, (92, 70, 50), -1, cv2.LINE_AA)
    return face_module.Face(canvas, mesh, person, hair, skin, name="drawn")
