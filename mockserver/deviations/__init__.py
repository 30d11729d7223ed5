"""Named ways to break the contract on purpose. They wrap the core, which knows none of them."""
