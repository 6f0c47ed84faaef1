"""The plugins that come with servicecore; they register through the same seam as anybody's."""
