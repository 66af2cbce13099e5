"""The design system: templates, assets, template tags, the generic list page. Imports only ``common``."""
