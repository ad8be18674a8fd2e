"""Whom a TLS connection trusts: the operating system, certifi, and what `SSL_CERT_FILE` and `SSL_CERT_DIR` name.

They add up: a company's root may be installed on the computer or be named by a variable, and neither takes public roots
away. A variable that names nothing usable is left out and told: other programs set them, and forget to unset them.
"""

from __future__ import annotations

import os
import ssl
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import certifi
import truststore

FILE, FOLDER = "SSL_CERT_FILE", "SSL_CERT_DIR"


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a connection trusts.

    Args:
        context: To verify servers with.
        sources: Where its certificates come from.
        remarks: What of the variables was left out, and what to do: one sentence each, without a full stop.
    """

    context: ssl.SSLContext = field(repr=False)
    sources: tuple[str, ...]
    remarks: tuple[str, ...]


def trust() -> Trust:
    """Gather whom this computer trusts, as its variables are now."""
    return _trust(os.environ.get(FILE, ""), os.environ.get(FOLDER, ""))


@cache
def _trust(file: str, folder: str) -> Trust:
    context = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(certifi.where())
    sources, remarks = ["the operating system", "certifi"], []
    for variable, name, load in ((FILE, file, _of_file), (FOLDER, folder, _of_folder)):
        if not name.strip():
            continue
        trouble = load(context, name)
        if trouble:
            remarks.append(f"{variable} {trouble}: correct or unset it")
        else:
            sources.append(f"{variable} ({name})")
    return Trust(context, tuple(sources), tuple(remarks))


def _of_file(context: ssl.SSLContext, name: str) -> str:
    """Trust the certificates of a file; say what is wrong with it, or nothing."""
    if Path(name).is_dir():
        return f"names a folder where a file of certificates belongs ({FOLDER} is for folders)"
    try:
        context.load_verify_locations(cafile=name)
    except FileNotFoundError:
        return "names a file that does not exist"
    except ssl.SSLError:
        return "names a file without a certificate in PEM format"
    except (OSError, ValueError) as error:
        return f"names a file that cannot be read ({_reason(error)})"
    return ""


def _of_folder(context: ssl.SSLContext, name: str) -> str:
    """Trust the certificates in folders, between them what separates paths; say what is wrong with them, or nothing.

    Each file is read, so that names need not be hashes, which OpenSSL would look for, and Windows and macOS see them.
    """
    folders = [Path(part) for part in name.split(os.pathsep) if part.strip()]
    try:
        if not any(folder.is_dir() for folder in folders):
            return "names no folder that exists"
        files = [file for folder in folders if folder.is_dir() for file in sorted(folder.iterdir()) if file.is_file()]
    except (OSError, ValueError) as error:
        return f"names a folder that cannot be read ({_reason(error)})"
    loaded = [not _of_file(context, str(file)) for file in files]
    return "" if any(loaded) else "names a folder without a certificate in PEM format"


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or type(error).__name__
