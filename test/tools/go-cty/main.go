// Command go-cty encodes and decodes values with the reference implementation of Terraform's value system, for a comparison of bytes.
//
// Each line of its input is a JSON object {"type": type signature, "value": description, "msgpack": hex of another encoder}. Each line
// of its output is {"encoded": hex of the value, "reencoded": hex of the given bytes decoded and encoded again, "equal": whether the
// decoded bytes are the described value}, or {"error": text}.
//
// A description is null, or an object with one member: "s" a string, "n" decimal text of a number, "b" a bool, "l" the elements of a
// list, set or tuple, "m" the members of a map or object, "d" a type and a value for a dynamic value, "u" the refinements of an
// unknown value.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/msgpack"
)

type bound struct {
	Bound     string `json:"bound"`
	Inclusive bool   `json:"inclusive"`
}

type refinement struct {
	NotNull     bool   `json:"notNull"`
	Prefix      string `json:"prefix"`
	NumberLower *bound `json:"numberLower"`
	NumberUpper *bound `json:"numberUpper"`
	LengthLower *int   `json:"lengthLower"`
	LengthUpper *int   `json:"lengthUpper"`
}

type description struct {
	S *string                  `json:"s"`
	N *string                  `json:"n"`
	B *bool                    `json:"b"`
	L *[]*description          `json:"l"`
	M *map[string]*description `json:"m"`
	D *struct {
		Type  cty.Type     `json:"type"`
		Value *description `json:"value"`
	} `json:"d"`
	U *refinement `json:"u"`
}

func unknown(ty cty.Type, known *refinement) cty.Value {
	value := cty.UnknownVal(ty)
	if ty == cty.DynamicPseudoType {
		return value
	}
	builder := value.Refine()
	if known.NotNull {
		builder = builder.NotNull()
	}
	if known.Prefix != "" {
		builder = builder.StringPrefixFull(known.Prefix)
	}
	if known.NumberLower != nil {
		builder = builder.NumberRangeLowerBound(cty.MustParseNumberVal(known.NumberLower.Bound), known.NumberLower.Inclusive)
	}
	if known.NumberUpper != nil {
		builder = builder.NumberRangeUpperBound(cty.MustParseNumberVal(known.NumberUpper.Bound), known.NumberUpper.Inclusive)
	}
	if known.LengthLower != nil {
		builder = builder.CollectionLengthLowerBound(*known.LengthLower)
	}
	if known.LengthUpper != nil {
		builder = builder.CollectionLengthUpperBound(*known.LengthUpper)
	}
	return builder.NewValue()
}

func sequence(ty cty.Type, elements []*description) cty.Value {
	values := make([]cty.Value, len(elements))
	for index, element := range elements {
		if ty.IsTupleType() {
			values[index] = build(ty.TupleElementType(index), element)
		} else {
			values[index] = build(ty.ElementType(), element)
		}
	}
	switch {
	case ty.IsTupleType():
		return cty.TupleVal(values)
	case len(values) == 0 && ty.IsListType():
		return cty.ListValEmpty(ty.ElementType())
	case len(values) == 0:
		return cty.SetValEmpty(ty.ElementType())
	case ty.IsListType():
		return cty.ListVal(values)
	default:
		return cty.SetVal(values)
	}
}

func members(ty cty.Type, parts map[string]*description) cty.Value {
	values := make(map[string]cty.Value, len(parts))
	for name, part := range parts {
		if ty.IsObjectType() {
			values[name] = build(ty.AttributeType(name), part)
		} else {
			values[name] = build(ty.ElementType(), part)
		}
	}
	switch {
	case ty.IsObjectType():
		return cty.ObjectVal(values)
	case len(values) == 0:
		return cty.MapValEmpty(ty.ElementType())
	default:
		return cty.MapVal(values)
	}
}

func build(ty cty.Type, given *description) cty.Value {
	switch {
	case given == nil:
		return cty.NullVal(ty)
	case given.U != nil:
		return unknown(ty, given.U)
	case given.S != nil:
		return cty.StringVal(*given.S)
	case given.N != nil:
		return cty.MustParseNumberVal(*given.N)
	case given.B != nil:
		return cty.BoolVal(*given.B)
	case given.L != nil:
		return sequence(ty, *given.L)
	case given.M != nil:
		return members(ty, *given.M)
	case given.D != nil:
		return build(given.D.Type, given.D.Value)
	}
	panic("a description must have one member")
}

type answer struct {
	Encoded   string `json:"encoded,omitempty"`
	Reencoded string `json:"reencoded,omitempty"`
	Equal     bool   `json:"equal"`
	Error     string `json:"error,omitempty"`
}

func handle(line []byte) (result answer) {
	defer func() {
		if thrown := recover(); thrown != nil {
			result = answer{Error: fmt.Sprint(thrown)}
		}
	}()
	var question struct {
		Type    cty.Type     `json:"type"`
		Value   *description `json:"value"`
		Msgpack string       `json:"msgpack"`
	}
	check(json.Unmarshal(line, &question))
	value := build(question.Type, question.Value)
	encoded, err := msgpack.Marshal(value, question.Type)
	check(err)
	given, err := hex.DecodeString(question.Msgpack)
	check(err)
	decoded, err := msgpack.Unmarshal(given, question.Type)
	check(err)
	reencoded, err := msgpack.Marshal(decoded, question.Type)
	check(err)
	return answer{Encoded: hex.EncodeToString(encoded), Reencoded: hex.EncodeToString(reencoded), Equal: decoded.RawEquals(value)}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(make([]byte, 1<<20), 1<<26)
	output := json.NewEncoder(os.Stdout)
	for input.Scan() {
		check(output.Encode(handle(input.Bytes())))
	}
	check(input.Err())
}
