"""The properties of pricing, grouped by what they are about; ``BasePricingProperties`` joins them."""
