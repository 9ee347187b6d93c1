// A run by Go's net/http, in a program that is linked with nothing.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	api  = "https://api.segmind.com"
	body = `{"prompt": "A paper boat in a puddle"}`
)

type job struct {
	Status      string
	StatusURL   string `json:"status_url"`
	ResponseURL string `json:"response_url"`
	Output      string
	Metrics     struct{ Cost float64 }
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func call(method, url, sent string) (http.Header, []byte) {
	request, err := http.NewRequest(method, url, strings.NewReader(sent))
	check(err)
	if strings.HasPrefix(url, api) {
		request.Header.Set("x-api-key", os.Getenv("SEGMIND_API_KEY"))
		request.Header.Set("content-type", "application/json")
	}
	answer, err := http.DefaultClient.Do(request)
	check(err)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	check(err)
	return answer.Header, content
}

func read(method, url, sent string) (found job) {
	_, content := call(method, url, sent)
	check(json.Unmarshal(content, &found))
	return found
}

func main() {
	submitted := read("POST", api+"/v2/ideogram-3", body)
	for read("GET", submitted.StatusURL, "").Status != "COMPLETED" {
		time.Sleep(200 * time.Millisecond)
	}
	result := read("GET", submitted.ResponseURL, "")
	_, picture := call("GET", result.Output, "")
	fmt.Println(result.Output, len(picture), result.Metrics.Cost)

	headers, content := call("POST", api+"/v1/flux-2-pro", body)
	fmt.Println(headers.Get("x-cost"), len(content))
}
