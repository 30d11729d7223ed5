"""Laws that a model beside the deployment judges."""
