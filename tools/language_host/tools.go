//go:build tools

// Package tools pins the Python language host. v3.79.0 is the last release of sdk/v3 that has
// it; newer engines run programs with it. It can't be one module with the CLI, which needs a
// newer sdk/v3.
package tools

import _ "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python"
