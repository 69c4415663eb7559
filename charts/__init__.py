"""Pictures of what a Play saw and did: shapes from columns (pure), and one HTML file from shapes."""
