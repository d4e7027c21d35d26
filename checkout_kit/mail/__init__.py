"""Mail: settings and the way out by SMTP."""
