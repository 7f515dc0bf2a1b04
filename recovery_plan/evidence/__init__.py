"""Evidence packs: the facts of an appeal, an order or a ticket as PDF and data, with proofs for a third party."""
