"""What the portal does: content and plain values in, no request, no response, no HTML."""
