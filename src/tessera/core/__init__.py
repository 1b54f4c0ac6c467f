"""What every model needs: translated fields and their states, documents, codes, errors."""
