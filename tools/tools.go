//go:build tools

// Package tools pins what is built from source when no released binary is at hand.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
