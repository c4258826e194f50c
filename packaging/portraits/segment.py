"""Where person, hair and skin are in an aligned portrait.

The person comes from MediaPipe's selfie segmentation (a file of the npm package @mediapipe/selfie_segmentation,
Apache-2.0), read by OpenCV. Hair and skin grow from what the mesh knows for certain: colours of the cheeks and of what
lies over the brow, then GrabCut.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from face import OVAL, SIZE, Face


class PersonSegmenter:
    def __init__(self, model: Path) -> None:
        self.net = cv2.dnn.readNetFromTFLite(str(model))

    def __call__(self, picture: np.ndarray) -> np.ndarray:
        """(256, 256, 3) uint8 RGB -> (256, 256) float32 in [0, 1]."""
        self.net.setInput(cv2.dnn.blobFromImage(picture, 1 / 255, (256, 256)))
        return guided_filter(picture, self.net.forward()[0, 0], 4, 1e-3)


def guided_filter(picture: np.ndarray, mask: np.ndarray, radius: int, eps: float) -> np.ndarray:
    """The mask, soft where the picture is soft: He's guided filter on the grey picture."""
    guide = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    window = (2 * radius + 1, 2 * radius + 1)
    mean_i, mean_p = cv2.blur(guide, window), cv2.blur(mask, window)
    a = (cv2.blur(guide * mask, window) - mean_i * mean_p) / (cv2.blur(guide * guide, window) - mean_i**2 + eps)
    b = mean_p - a * mean_i
    return np.clip(cv2.blur(a, window) * guide + cv2.blur(b, window), 0, 1).astype(np.float32)


class Colours:
    """A mixture of a few Gaussians over Lab: ``log`` of its density at each pixel."""

    def __init__(self, samples: np.ndarray, parts: int, widen: float = 9.0) -> None:
        samples = samples.astype(np.float32)
        parts = max(1, min(parts, len(samples) // 40))
        criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_MAX_ITER, 12, 0.5)
        cv2.setRNGSeed(1)
        _, labels, centres = cv2.kmeans(samples, parts, None, criteria, 1, cv2.KMEANS_PP_CENTERS)
        self.parts = []
        for k in range(parts):
            own = samples[labels[:, 0] == k]
            covariance = np.cov(own.T) if len(own) > 4 else np.eye(3) * 30
            covariance = covariance + np.eye(3) * widen
            self.parts.append((centres[k], np.linalg.inv(covariance), np.linalg.slogdet(covariance)[1], len(own)))
        self.total = len(samples)

    def log(self, lab: np.ndarray) -> np.ndarray:
        best = np.full(lab.shape[:2], -1e9)
        for centre, inverse, logdet, count in self.parts:
            off = lab - centre
            value = -0.5 * np.einsum("hwi,ij,hwj->hw", off, inverse, off) - 0.5 * logdet + np.log(count / self.total)
            best = np.maximum(best, value)
        return best


def hair_and_skin(face: Face, far_seeds: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Masks of hair and skin, (256, 256) float32, from a face whose person mask is known."""
    lab = cv2.GaussianBlur(face.lab, (0, 0), 0.8)
    rows = np.arange(SIZE)[:, None] * np.ones((1, SIZE))
    brow = float(face.mesh[[105, 334]].mean(0)[1])
    chin = float(face.mesh[152][1])
    person = face.person
    features = face.features > 0.3
    oval = face.polygon(OVAL, grow=0.88) > 0.5
    inner = oval & ~features & (rows > brow - 4)
    outside = face.polygon(OVAL, grow=1.06) < 0.5

    skin = Colours(lab[inner], 3)
    over = outside & (rows < brow - 6) & (person > 0.8)
    behind = person < 0.15
    low = (person > 0.8) & (rows > chin + 8) & outside
    if over.sum() < 150:
        return np.zeros((SIZE, SIZE), np.float32), _skin(face, skin, lab, inner, None)
    log_skin = skin.log(lab)
    strange = over & (log_skin < np.percentile(log_skin[inner], 4))
    far = over & (face.polygon(OVAL, grow=1.2) < 0.5)
    if far_seeds and far.sum() > 150 and (log_skin[far] > np.percentile(log_skin[inner], 25)).mean() < 0.5:  # not bald
        strange |= far
    if strange.sum() < 150:
        return np.zeros((SIZE, SIZE), np.float32), _skin(face, skin, lab, inner, None)
    hair = Colours(lab[strange], 4)
    log_hair = hair.log(lab)
    log_rest = np.full(lab.shape[:2], -13.0)
    clothes = low & (np.maximum(log_hair, log_skin) < -12)
    if clothes.sum() > 200:
        log_rest = np.maximum(log_rest, Colours(lab[clothes], 3).log(lab))

    likely = (log_hair > np.maximum(log_skin, log_rest)) & (person > 0.4) & ~inner
    labels = np.full((SIZE, SIZE), cv2.GC_PR_BGD, np.uint8)
    labels[likely] = cv2.GC_PR_FGD
    labels[cv2.erode(strange.astype(np.uint8), np.ones((5, 5))) > 0] = cv2.GC_FGD
    labels[behind] = cv2.GC_BGD
    labels[inner & (log_skin > log_hair - 2)] = cv2.GC_BGD
    labels[oval & (rows > brow + 10)] = cv2.GC_BGD
    labels[cv2.erode(clothes.astype(np.uint8), np.ones((7, 7))) > 0] = cv2.GC_BGD
    if (labels == cv2.GC_FGD).sum() < 30:
        labels[strange] = cv2.GC_FGD
    cv2.setRNGSeed(1)
    cv2.grabCut(
        face.picture[..., ::-1].copy(), labels, None, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK
    )
    found = ((labels == cv2.GC_FGD) | (labels == cv2.GC_PR_FGD)).astype(np.uint8)
    found = _joined(found, strange)
    mask = guided_filter(face.picture, found.astype(np.float32), 3, 1e-3) * person
    return mask, _skin(face, skin, lab, inner, mask)


def _joined(found: np.ndarray, seeds: np.ndarray) -> np.ndarray:
    """Without specks: only parts that touch the seeds or are large."""
    found = cv2.morphologyEx(found, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found)
    keep = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] > 60 and (seeds & (labels == k)).sum() > 10]
    keep += [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] > 700 and k not in keep]
    return np.isin(labels, keep).astype(np.uint8)


def _skin(face: Face, skin: Colours, lab: np.ndarray, inner: np.ndarray, hair: np.ndarray | None) -> np.ndarray:
    log_skin = skin.log(lab)
    threshold = np.percentile(log_skin[inner], 5) - 1.5
    alike = 1 / (1 + np.exp(-(log_skin - threshold) / 0.8))
    oval = face.polygon(OVAL, grow=0.97, soft=1.5)
    mask = np.maximum(alike, oval) * face.person
    if hair is not None:
        mask = mask * (1 - hair)
    mask = cv2.medianBlur((mask * 255).astype(np.uint8), 5).astype(np.float32) / 255
    middle = np.zeros((SIZE, SIZE), np.uint8)
    middle[inner] = 1
    _, labels = cv2.connectedComponents((mask > 0.4).astype(np.uint8))
    touched = np.unique(labels[inner & (labels > 0)])
    mask = mask * np.isin(labels, touched)
    return guided_filter(face.picture, mask.astype(np.float32), 3, 1e-3)
