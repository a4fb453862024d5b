"""The web application: settings, addresses, middleware, refusals as answers, base templates."""
