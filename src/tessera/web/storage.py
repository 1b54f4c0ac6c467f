"""How static files are named and served."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):
    """Names with a hash once files are collected; plain names before that, so that pages work from a checkout."""

    support_js_module_import_aggregation = True  # a module names another as the page does: one of each is loaded

    def stored_name(self, name: str) -> str:
        return super().stored_name(name) if self.hashed_files else name
