// harbor-go-client URL USER PASSWORD calls Harbor's client for Go, one operation for each line of standard input:
// {"operation": its operationId, "with": {parameter: value}}. Operations and parameters have the names of Harbor's
// description; a body becomes the client's model for it, and what the client makes of the answer is printed as
// {"value": …} or {"status": …, "message": …}. An answer that the client's own validation refuses has no status.
package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/go-openapi/runtime"
	"github.com/go-openapi/strfmt"
	"github.com/goharbor/go-client/pkg/harbor"
)

type call struct {
	Operation string                     `json:"operation"`
	With      map[string]json.RawMessage `json:"with"`
}

type answer struct {
	Value   any    `json:"value,omitempty"`
	Status  int    `json:"status,omitempty"`
	Message string `json:"message,omitempty"`
}

func main() {
	set, err := harbor.NewClientSet(&harbor.ClientSetConfig{
		URL: os.Args[1], Username: os.Args[2], Password: os.Args[3],
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	operations := methodsOf(reflect.ValueOf(set.V2()).Elem())
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var asked call
		if err := json.Unmarshal(lines.Bytes(), &asked); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		text, err := json.Marshal(run(operations, asked))
		if err != nil {
			text, _ = json.Marshal(answer{Message: err.Error()})
		}
		fmt.Println(string(text))
	}
}

// plain makes comparable what Go spells in its own way: X-Total-Count and XTotalCount, is_resource_name and IsResourceName.
func plain(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
}

func methodsOf(client reflect.Value) map[string]reflect.Value {
	methods := map[string]reflect.Value{}
	for i := range client.NumField() {
		part := client.Field(i)
		if part.Kind() != reflect.Pointer || part.IsNil() {
			continue
		}
		for j := range part.NumMethod() {
			methods[plain(part.Type().Method(j).Name)] = part.Method(j)
		}
	}
	return methods
}

func run(operations map[string]reflect.Value, asked call) answer {
	method, found := operations[plain(asked.Operation)]
	if !found {
		return answer{Message: "the client has no operation " + asked.Operation}
	}
	parameters := reflect.New(method.Type().In(1).Elem())
	// Otherwise a parameter with a default is sent as an empty text.
	parameters.MethodByName("SetDefaults").Call(nil)
	for name, text := range asked.With {
		field := parameters.Elem().FieldByNameFunc(func(field string) bool { return plain(field) == plain(name) })
		if !field.IsValid() {
			return answer{Message: fmt.Sprintf("%s has no parameter %s", asked.Operation, name)}
		}
		if err := json.Unmarshal(text, field.Addr().Interface()); err != nil {
			return answer{Message: fmt.Sprintf("%s: %s: %v", asked.Operation, name, err)}
		}
	}
	arguments := []reflect.Value{reflect.ValueOf(context.Background()), parameters}
	if method.Type().NumIn() > len(arguments) {
		// A file is written by the client, not returned.
		arguments = append(arguments, reflect.ValueOf(&bytes.Buffer{}))
	}
	results := method.Call(arguments)
	if err, failed := results[len(results)-1].Interface().(error); failed {
		return refusalOf(err)
	}
	// Of an operation with two kinds of success the one that it was.
	value := results[0]
	for _, result := range results[:len(results)-1] {
		if !result.IsNil() {
			value = result
		}
	}
	if err := valid(value.Elem().FieldByName("Payload")); err != nil {
		return answer{Message: err.Error()}
	}
	return answer{Value: valueOf(value)}
}

func refusalOf(err error) answer {
	if unexpected, is := err.(*runtime.APIError); is {
		return answer{Status: unexpected.Code, Message: unexpected.Error()}
	}
	coded, is := err.(interface{ IsCode(int) bool })
	for status := 400; is && status < 600; status++ {
		if coded.IsCode(status) {
			return answer{Status: status, Message: err.Error() + messageOf(err)}
		}
	}
	return answer{Message: err.Error()}
}

// The texts that the server wrote; the client prints only where they are in memory.
func messageOf(err error) string {
	payload := reflect.ValueOf(err).Elem().FieldByName("Payload")
	if !payload.IsValid() {
		return ""
	}
	text, _ := json.Marshal(payload.Interface())
	return string(text)
}

// What of the answer is the client's: its body, or else where the created object is.
func valueOf(result reflect.Value) any {
	payload := result.Elem().FieldByName("Payload")
	if !payload.IsValid() {
		location := result.Elem().FieldByName("Location")
		if !location.IsValid() {
			return nil
		}
		return map[string]string{"location": location.String()}
	}
	if buffer, is := payload.Interface().(*bytes.Buffer); is {
		return buffer.String()
	}
	return payload.Interface()
}

// valid asks the models' own validation, which the client leaves to its callers.
func valid(payload reflect.Value) error {
	if !payload.IsValid() {
		return nil
	}
	if payload.Kind() == reflect.Slice {
		for i := range payload.Len() {
			if err := valid(payload.Index(i)); err != nil {
				return err
			}
		}
	}
	if model, is := payload.Interface().(runtime.Validatable); is {
		return model.Validate(strfmt.Default)
	}
	return nil
}
