//go:build tools

// Package tools pins d2, which draws the pictures of docs/img from their text.
package tools

import _ "oss.terrastruct.com/d2"
