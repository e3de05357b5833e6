//go:build tools

// Package tools pins what looks at the workflows.
package tools

import _ "github.com/rhysd/actionlint/cmd/actionlint"
