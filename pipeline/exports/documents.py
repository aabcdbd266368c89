"""The files that describe an export: for people, and in the forms that catalogues and programs read."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from hub.i18n import LANGUAGES, say
from pipeline.authoring.data_contracts import ContractTable, handover_contract
from pipeline.exports.manifest import FILE
from pipeline.exports.selection import ITEMS, KEYS, MARTS
from standards import standard
from standards.exports.data_package import PROFILE, code_list_part, field_descriptor, foreign_key, type_name
from standards.exports.dcat import dcat_files
from standards.exports.resource_catalogue import resource_catalogue_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from pipeline.exports.manifest import ExportedTable, Manifest
    from standards import Table
    from standards.schema import Json

README = {"en": "README.md", "zh": "README.zh.md"}
CONTRACT = "contract.odcs.yaml"
PACKAGE = "datapackage.json"


def documents(manifest: Manifest, media_type: str) -> dict[str, bytes]:
    """Return the files by their names; `export.json` is the last one.

    `media_type` is that of the data files.
    """
    types = {each.table.record_type for each in manifest.tables} - {""}
    shown = replace(standard(), types={name: each for name, each in standard().types.items() if name in types})
    lists = {column.codelist for each in manifest.tables for column in each.table.columns} - {""}
    codes = code_list_part(standard(), lists & standard().codelists.keys())
    files = dict(codes.files)
    for resource in codes.resources:
        _seal(resource, codes.files[resource["path"]])
    resources = [*codes.resources, *(_resource(each, manifest, media_type) for each in manifest.tables)]
    package = {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": "riskhub-export",
        "title": "Export of the risk-data warehouse 风险数据仓库导出",
        "created": manifest.as_of.isoformat(),
        "version": manifest.standard,
        "resources": resources,
    }
    files[PACKAGE] = (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()
    if types:
        files[CONTRACT] = handover_contract("riskhub-export", _contract_tables(manifest))
        files |= dcat_files(shown) | resource_catalogue_files(shown)
    files |= {README[language]: _readme(manifest, language) for language in LANGUAGES}
    return files | {FILE: manifest.to_bytes()}


def _seal(resource: Json, content: bytes) -> None:
    resource |= {"bytes": len(content), "hash": f"sha256:{sha256(content).hexdigest()}"}


def _resource(written: ExportedTable, manifest: Manifest, media_type: str) -> Json:
    table, paths = written.table, [each.path for each in written.files]
    fields = [_field(each, _standard_table(written)) for each in written.schema]
    schema: Json = {"$schema": f"{PROFILE}/tableschema.json", "fields": fields, "missingValues": [""]}
    if table.key and {*table.key} <= {*written.schema.names}:
        schema["primaryKey"] = list(table.key)
    links = [*_links(written, manifest)]
    made: Json = {
        "name": _name(written),
        "type": "table",
        "path": paths if len(paths) > 1 else paths[0],
        "title": table.about or table.name,
        "format": manifest.form,
        "mediatype": media_type,
        "schema": schema | ({"foreignKeys": links} if links else {}),
    }
    if len(written.files) == 1:
        made |= {"bytes": written.files[0].bytes, "hash": f"sha256:{written.files[0].sha256}"}
    return made


def _name(written: ExportedTable) -> str:
    return f"mart_{written.table.name}" if written.table.kind == MARTS else written.table.name


def _links(written: ExportedTable, manifest: Manifest) -> Iterator[Json]:
    """Yield the foreign keys of a table: of items to their records, and of codes to their lists."""
    names = {*written.schema.names}
    if written.table.kind == ITEMS:
        key = list(KEYS[:2])
        parent = standard().types[written.table.record_type].tables[""].name
        if any(each.table.name == parent and each.table.kind != MARTS for each in manifest.tables):
            yield foreign_key(key, parent, key)
    known = _standard_table(written)
    for column in written.table.columns:
        closed = known is None or column.name not in known.fields or not known.fields[column.name].open
        if column.codelist in standard().codelists and closed and column.name in names:
            yield foreign_key([column.name], f"codelist_{column.codelist}", ["code"])


def _field(field: pa.Field, known: Table | None) -> Json:
    if known is not None and field.name in known.fields:
        return field_descriptor(known.fields[field.name], standard())
    stored = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
    about = {"title": stored["comment"]} if "comment" in stored else {}
    return {"name": field.name, "type": type_name(field.type)} | about


def _standard_table(written: ExportedTable) -> Table | None:
    table = written.table
    return standard().types[table.record_type].tables[table.child] if table.record_type else None


def _contract_tables(manifest: Manifest) -> Iterator[ContractTable]:
    for written in manifest.tables:
        known = _standard_table(written)
        if known is not None:
            fields = [known.fields[name] for name in written.schema.names if name in known.fields]
            yield ContractTable(_name(written), known, fields)


def _readme(manifest: Manifest, language: str) -> bytes:
    """Return the page for people in a language, as Markdown."""
    about = {"as_of": manifest.as_of.isoformat(), "login": manifest.login, "standard": manifest.standard}
    lines = [f"# {say('export.readme.title', language)}", "", say("export.readme.about", language, **about), ""]
    headings = (say(f"export.readme.{name}", language) for name in ("table", "rows", "files", "content"))
    lines += [f"| {' | '.join(headings)} |", "|---|---:|---:|---|"]
    for each in manifest.tables:
        folder = f"{each.table.kind}/ {each.table.name}"
        lines.append(f"| {folder} | {each.rows:,} | {len(each.files):,} | {each.table.about} |")
    lines += ["", say(f"export.readme.read_{manifest.form}", language), ""]
    if manifest.withheld or any(each.table.withheld for each in manifest.tables):
        lines += [say("export.readme.withheld", language), ""]
    lines += [say("export.readme.check", language), ""]
    return "\n".join(lines).encode()
