// A client of the gateway on Go's net/http, and the driver around it. Go 1.19 or newer.
//
//	go build -o driver driver.go
//	segmock verify client --driver ./driver
//
// JSON passes through as text, both ways: a float64 would round large integers.
package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

var outcomes = map[int]string{
	400: "invalid", 401: "unauthorized", 402: "insufficient_credits", 403: "forbidden",
	404: "not_found", 405: "invalid", 410: "not_found", 413: "invalid", 422: "invalid",
	429: "rate_limited",
}

var (
	aboutCredits = regexp.MustCompile(`(?i)credit`)
	media        = regexp.MustCompile(`(?i)^(image|video|audio|model)/`)
)

// As far as this may two clocks be apart and still count as the same.
const skew = 2 * time.Second

// The end of a call other than a result; the words are a JSON string.
type gaveUp struct {
	outcome string
	words   json.RawMessage
	status  int
}

func (g gaveUp) Error() string { return g.outcome + " " + string(g.words) }

func giveUp(outcome, words string) error { return gaveUp{outcome: outcome, words: quote(words)} }

// --- Answers -------------------------------------------------------------------------------

type object map[string]json.RawMessage

// text returns a member that is a string; an empty one if it is anything else.
func (o object) text(name string) (text string) {
	_ = json.Unmarshal(o[name], &text)
	return text
}

// reply is an answer that came whole.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// object returns the body, if it is a JSON object.
func (r reply) object() (body object) {
	if !utf8.Valid(r.body) || json.Unmarshal(r.body, &body) != nil {
		return nil
	}
	return body
}

// words returns the error that it names, as a JSON string: pages from the edge have none.
func (r reply) words() json.RawMessage {
	said := r.object()["error"]
	if len(said) > 0 && said[0] != '"' {
		return quote(string(said))
	}
	return said
}

// refusal returns how a call ends that was answered so; nil for a 200.
func (r reply) refusal() error {
	if r.status == http.StatusOK {
		return nil
	}
	words := r.words()
	outcome, known := outcomes[r.status]
	switch {
	case r.status == http.StatusNotAcceptable && aboutCredits.Match(words):
		outcome = "insufficient_credits"
	case r.status == http.StatusNotAcceptable:
		outcome = "invalid"
	case !known:
		outcome = "server_error"
	}
	return gaveUp{outcome, words, r.status}
}

// json returns the body, which has to be a JSON object.
func (r reply) json() (json.RawMessage, error) {
	if r.object() == nil {
		return nil, gaveUp{"server_error", quote("the answer is no JSON object"), r.status}
	}
	return r.body, nil
}

// description returns what a file is like.
func (r reply) description() (json.RawMessage, error) {
	sum := sha256.Sum256(r.body)
	return json.Marshal(map[string]any{
		"sha256":       hex.EncodeToString(sum[:]),
		"bytes":        len(r.body),
		"content_type": r.header.Get("content-type"),
	})
}

// untilReset returns how long the window of a 429 still is, by one's own clock, which is finer
// than the Date, unless the two are further apart than clocks usually are.
func (r reply) untilReset() time.Duration {
	reset, err := time.Parse(time.RFC3339, r.header.Get("x-rate-limit-reset-at-utc"))
	date, unknown := http.ParseTime(r.header.Get("date"))
	if err != nil || unknown != nil {
		return 0
	}
	if off := time.Since(date); off > skew || off < -skew {
		return reset.Sub(date)
	}
	return time.Until(reset)
}

// --- The client ----------------------------------------------------------------------------

var browser = http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

type client struct {
	call
	context.Context // ends at the deadline
}

func (c client) run() (json.RawMessage, error) {
	job, err := c.submit()
	if err != nil {
		return nil, err
	}
	if _, err = c.reach("COMPLETED", job.text("status_url")); err != nil {
		return nil, err
	}
	return c.reach("COMPLETED", job.text("response_url"))
}

func (c client) runSync() (json.RawMessage, error) {
	answer, err := c.post(c.BaseURL + "/v1/" + c.Model)
	if err != nil {
		return nil, err
	}
	if media.MatchString(answer.header.Get("content-type")) {
		return answer.description()
	}
	return answer.json()
}

// download fetches an output. It is public: the key stays at home.
func (c client) download() (json.RawMessage, error) {
	answer, err := c.send(http.MethodGet, c.URL, nil, "")
	if err != nil {
		return nil, err
	}
	if err = answer.refusal(); err != nil {
		return nil, err
	}
	return answer.description()
}

func (c client) credits() (json.RawMessage, error) {
	answer, err := c.get(c.BaseURL + "/v1/get-user-credits")
	if err != nil {
		return nil, err
	}
	if err = answer.refusal(); err != nil {
		return nil, err
	}
	return answer.json()
}

// submit submits once: again only where a 429 said that nothing was begun, and when to come back.
func (c client) submit() (object, error) {
	answer, err := c.post(c.BaseURL + "/v2/" + c.Model)
	for isLimited(err) {
		if err = c.awaitReset(answer); err != nil {
			return nil, err
		}
		answer, err = c.post(c.BaseURL + "/v2/" + c.Model)
	}
	if err != nil {
		return nil, err
	}
	job := answer.object()
	if job.text("status_url") == "" || job.text("response_url") == "" {
		return nil, gaveUp{"server_error", quote("the submit's answer has no URLs"), answer.status}
	}
	return job, nil
}

func isLimited(err error) bool {
	var end gaveUp
	return errors.As(err, &end) && end.status == http.StatusTooManyRequests
}

// reach polls until the job is in this state, and returns the answer that says so.
func (c client) reach(state, url string) (json.RawMessage, error) {
	for {
		answer, err := c.poll(url)
		if err != nil {
			return nil, err
		}
		switch answer.object().text("status") {
		case state:
			return answer.body, nil
		case "FAILED":
			return nil, gaveUp{outcome: "failed", words: answer.words()}
		}
		if err = c.pause(); err != nil { // a state that nobody knows is as good as pending
			return nil, err
		}
	}
}

// poll asks until there is an answer: asking changes nothing, so it may be repeated.
func (c client) poll(url string) (reply, error) {
	for {
		answer, err := c.get(url)
		switch {
		case err == nil && answer.status == http.StatusTooManyRequests:
			if err = c.awaitReset(answer); err != nil {
				return reply{}, err
			}
			continue
		case err == nil && isAnswer(answer):
			return answer, nil
		case err == nil && answer.status != http.StatusOK && answer.status < 500:
			return reply{}, answer.refusal()
		case err != nil && !isLost(err):
			return reply{}, err
		}
		if err = c.pause(); err != nil {
			return reply{}, err
		}
	}
}

// isAnswer tells whether a poll was answered: a FAILED job is, though as 422.
func isAnswer(answer reply) bool {
	body := answer.object()
	_, hasState := body["status"]
	isFailure := answer.status == http.StatusUnprocessableEntity && body.text("status") == "FAILED"
	return hasState && (answer.status == http.StatusOK || isFailure)
}

func isLost(err error) bool {
	var end gaveUp
	return errors.As(err, &end) && end.outcome == "transport_error"
}

// pause sleeps; where the deadline comes first, the call ends there, and not with one more request.
func (c client) pause() error { return c.sleep(seconds(c.PollIntervalS)) }

// awaitReset sleeps until the window of a 429 ends.
func (c client) awaitReset(answer reply) error {
	wait := answer.untilReset()
	if pause := seconds(c.PollIntervalS); wait < pause {
		wait = pause
	}
	if end, _ := c.Deadline(); time.Until(end) < wait {
		return answer.refusal()
	}
	return c.sleep(wait)
}

func (c client) sleep(duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-c.Done():
		return giveUp("timeout", "the job was not done by the deadline")
	}
}

func (c client) get(url string) (reply, error) {
	return c.send(http.MethodGet, url, nil, c.APIKey)
}

// post sends the parameters as they are; what is no success ends the call.
func (c client) post(url string) (reply, error) {
	answer, err := c.send(http.MethodPost, url, c.Params, c.APIKey)
	if err == nil {
		err = answer.refusal()
	}
	return answer, err
}

// send sends one request and reads the whole of its answer, by the deadline.
func (c client) send(method, url string, body []byte, key string) (reply, error) {
	request, err := http.NewRequestWithContext(c, method, url, bytes.NewReader(body))
	if err != nil {
		return reply{}, giveUp("transport_error", err.Error())
	}
	if body != nil {
		request.Header.Set("content-type", "application/json")
	}
	if key != "" {
		request.Header.Set("x-api-key", key)
	}
	response, err := browser.Do(request)
	if err != nil {
		return reply{}, c.loss(err)
	}
	defer response.Body.Close()
	whole, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, c.loss(err)
	}
	return reply{response.StatusCode, response.Header, whole}, nil
}

func (c client) loss(err error) error {
	if c.Err() != nil {
		return giveUp("timeout", "the deadline passed in a request")
	}
	return giveUp("transport_error", err.Error())
}

// --- The driver ----------------------------------------------------------------------------

type call struct {
	ID            json.RawMessage `json:"id"`
	Op            string          `json:"op"`
	BaseURL       string          `json:"base_url"`
	APIKey        string          `json:"api_key"`
	Model         string          `json:"model"`
	Params        json.RawMessage `json:"params"`
	URL           string          `json:"url"`
	TimeoutS      float64         `json:"timeout_s"`
	PollIntervalS float64         `json:"poll_interval_s"`
}

type answer struct {
	ID      json.RawMessage `json:"id"`
	Outcome string          `json:"outcome"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   json.RawMessage `json:"error,omitempty"`
	Status  int             `json:"status,omitempty"`
}

// make makes one call, and says what came of it.
func (asked call) make() answer {
	ends, cancel := context.WithTimeout(context.Background(), seconds(asked.TimeoutS))
	defer cancel()
	making := client{asked, ends}
	operations := map[string]func() (json.RawMessage, error){
		"run": making.run, "run_sync": making.runSync,
		"download": making.download, "credits": making.credits,
	}
	operation, known := operations[asked.Op]
	if !known {
		return answer{ID: asked.ID, Outcome: "unsupported"}
	}
	result, err := operation()
	var end gaveUp
	if errors.As(err, &end) {
		return answer{ID: asked.ID, Outcome: end.outcome, Error: end.words, Status: end.status}
	}
	return answer{ID: asked.ID, Outcome: "completed", Result: result}
}

func seconds(number float64) time.Duration { return time.Duration(number * float64(time.Second)) }

func quote(text string) json.RawMessage {
	quoted, _ := json.Marshal(strings.ToValidUTF8(text, "\uFFFD"))
	return quoted
}

func main() {
	lines := bufio.NewReader(os.Stdin)
	answers := json.NewEncoder(os.Stdout)
	for {
		line, ended := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var asked call
			if err := json.Unmarshal(line, &asked); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			if err := answers.Encode(asked.make()); err != nil {
				os.Exit(1)
			}
		}
		if ended != nil {
			return
		}
	}
}
