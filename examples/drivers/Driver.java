// A client of the gateway on java.net.http, and the driver around it. Java 17 or newer.
//
//     javac -d build Driver.java
//     segmock verify client --driver 'java -cp build Driver'
//
// JSON passes through as text, both ways: a double would round large integers.

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

public final class Driver {
    private static final Map<Integer, String> OUTCOMES = Map.of(
            400, "invalid", 401, "unauthorized", 402, "insufficient_credits", 403, "forbidden",
            404, "not_found", 405, "invalid", 410, "not_found", 413, "invalid", 422, "invalid",
            429, "rate_limited");

    /** As far as this may two clocks be apart and still count as the same. */
    private static final Duration SKEW = Duration.ofSeconds(2);

    /** HTTP/1.1, which spares the gateway a request to speak HTTP/2. It follows no redirects. */
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** The end of a call other than a result; the words are the text of a JSON string. */
    @SuppressWarnings("serial")
    private static final class GaveUp extends Exception {
        final String outcome;
        final String words;
        final int status;

        GaveUp(String outcome, String words, int status) {
            super(outcome);
            this.outcome = outcome;
            this.words = words;
            this.status = status;
        }

        GaveUp(String outcome, String words) {
            this(outcome, Json.quote(words), 0);
        }
    }

    // --- Answers ---------------------------------------------------------------------------

    /** An answer that came whole; `text` is its body if that is a JSON object, else null. */
    private record Reply(HttpResponse<byte[]> response, String text, Map<String, String> members) {
        static Reply of(HttpResponse<byte[]> response) {
            try {
                String text = StandardCharsets.UTF_8.newDecoder()
                        .decode(ByteBuffer.wrap(response.body())).toString();
                return new Reply(response, text, Json.membersOf(text));
            } catch (CharacterCodingException | IllegalArgumentException | StackOverflowError e) {
                return new Reply(response, null, Map.of());
            }
        }

        int status() {
            return response.statusCode();
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        /** A member that is a string; an empty one if it is anything else. */
        String member(String name) {
            return Json.stringOf(members.getOrDefault(name, ""));
        }

        /** The error that it names, as the text of a JSON string: pages from the edge have none. */
        String words() {
            String error = members.getOrDefault("error", "\"\"");
            return error.startsWith("\"") ? error : Json.quote(error);
        }

        Reply refuseErrors() throws GaveUp {
            if (status() == 200) {
                return this;
            }
            String outcome = OUTCOMES.getOrDefault(status(), "server_error");
            if (status() == 406) {
                boolean isPoor = words().toLowerCase().contains("credit");
                outcome = isPoor ? "insufficient_credits" : "invalid";
            }
            throw new GaveUp(outcome, words(), status());
        }

        String json() throws GaveUp {
            if (text == null) {
                String words = Json.quote("the answer is no JSON object");
                throw new GaveUp("server_error", words, status());
            }
            return text;
        }

        boolean isMedia() {
            return header("content-type").toLowerCase().matches("(image|video|audio|model)/.*");
        }

        /** What a file is like. */
        String description() throws Exception {
            byte[] sum = MessageDigest.getInstance("SHA-256").digest(response.body());
            return String.format("{\"sha256\":\"%s\",\"bytes\":%d,\"content_type\":%s}",
                    HexFormat.of().formatHex(sum), response.body().length,
                    Json.quote(header("content-type")));
        }

        /** Tell whether a poll was answered: a FAILED job is, though as 422. */
        boolean isAnswer() {
            boolean isFailure = status() == 422 && member("status").equals("FAILED");
            return members.containsKey("status") && (status() == 200 || isFailure);
        }

        /**
         * How long the window of a 429 still is, by one's own clock, which is finer than the Date,
         * unless the two are further apart than clocks usually are.
         */
        Duration untilReset() {
            try {
                Instant reset = OffsetDateTime.parse(header("x-rate-limit-reset-at-utc")).toInstant();
                Instant date = DateTimeFormatter.RFC_1123_DATE_TIME.parse(header("date"), Instant::from);
                Instant now = Instant.now();
                boolean isOff = Duration.between(date, now).abs().compareTo(SKEW) > 0;
                return Duration.between(isOff ? date : now, reset);
            } catch (DateTimeException e) {
                return Duration.ZERO;
            }
        }
    }

    // --- The client: each operation returns the text of a JSON value ------------------------

    private final Map<String, String> call;
    private final String root;
    private final long deadline;
    private final Duration pollInterval;

    private Driver(Map<String, String> call) {
        this.call = call;
        this.root = Json.stringOf(call.get("base_url"));
        this.deadline = System.nanoTime() + seconds("timeout_s").toNanos();
        this.pollInterval = seconds("poll_interval_s");
    }

    private Duration seconds(String field) {
        return Duration.ofNanos((long) (Double.parseDouble(call.get(field)) * 1e9));
    }

    /** Queue a run, wait for its end, fetch the result. */
    private String run() throws Exception {
        Reply job = submit();
        reach("COMPLETED", job.member("status_url"));
        return reach("COMPLETED", job.member("response_url"));
    }

    /** Run and wait in one request. */
    private String runSync() throws Exception {
        Reply reply = post("/v1/").refuseErrors();
        return reply.isMedia() ? reply.description() : reply.json();
    }

    /** Fetch an output. It is public: the key stays at home. */
    private String download() throws Exception {
        return send(ask(Json.stringOf(call.get("url")))).refuseErrors().description();
    }

    private String credits() throws Exception {
        return get(root + "/v1/get-user-credits").refuseErrors().json();
    }

    /** Submit once: again only where a 429 said that nothing was begun, and when to come back. */
    private Reply submit() throws Exception {
        Reply reply = post("/v2/");
        while (reply.status() == 429) {
            awaitReset(reply);
            reply = post("/v2/");
        }
        reply.refuseErrors().json();
        if (reply.member("status_url").isEmpty() || reply.member("response_url").isEmpty()) {
            String words = Json.quote("the submit's answer has no URLs");
            throw new GaveUp("server_error", words, reply.status());
        }
        return reply;
    }

    /** Poll until the job is in this state; return the text of the answer that says so. */
    private String reach(String state, String url) throws Exception {
        while (true) {
            Reply reply = poll(url);
            if (reply.member("status").equals(state)) {
                return reply.text();
            }
            if (reply.member("status").equals("FAILED")) {
                throw new GaveUp("failed", reply.words(), 0);
            }
            pause(pollInterval); // a state that nobody knows is as good as pending
        }
    }

    /** Ask about a job until there is an answer: asking changes nothing, so it may be repeated. */
    private Reply poll(String url) throws Exception {
        while (true) {
            Reply reply = attempt(url);
            if (reply != null && reply.status() == 429) {
                awaitReset(reply);
                continue;
            }
            if (reply != null && reply.isAnswer()) {
                return reply;
            }
            if (reply != null && reply.status() < 500) {
                reply.refuseErrors();
            }
            pause(pollInterval);
        }
    }

    /** Ask once; nothing comes of a connection that is lost. */
    private Reply attempt(String url) throws Exception {
        try {
            return get(url);
        } catch (GaveUp end) {
            if (!end.outcome.equals("transport_error")) {
                throw end;
            }
            return null;
        }
    }

    // --- Time ------------------------------------------------------------------------------

    /** The time that is left; there has to be some. */
    private Duration left() throws GaveUp {
        Duration left = Duration.ofNanos(deadline - System.nanoTime());
        if (left.isNegative() || left.isZero()) {
            throw new GaveUp("timeout", "the deadline is over");
        }
        return left;
    }

    /** Sleep; where the deadline comes first, the call ends there, and not with one more request. */
    private void pause(Duration pause) throws Exception {
        Duration left = left();
        boolean isLast = pause.compareTo(left) >= 0;
        TimeUnit.NANOSECONDS.sleep((isLast ? left : pause).toNanos());
        if (isLast) {
            throw new GaveUp("timeout", "the job was not done by the deadline");
        }
    }

    /** Sleep until the window of a 429 ends. */
    private void awaitReset(Reply reply) throws Exception {
        Duration wait = reply.untilReset();
        if (wait.compareTo(left()) > 0) {
            reply.refuseErrors();
        }
        pause(wait.compareTo(pollInterval) > 0 ? wait : pollInterval);
    }

    // --- HTTP ------------------------------------------------------------------------------

    private Reply get(String url) throws Exception {
        return send(ask(url).header("x-api-key", Json.stringOf(call.get("api_key"))));
    }

    /** Send the parameters as they are. */
    private Reply post(String version) throws Exception {
        return send(ask(root + version + Json.stringOf(call.get("model")))
                .header("x-api-key", Json.stringOf(call.get("api_key")))
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(call.get("params"))));
    }

    private static HttpRequest.Builder ask(String url) throws GaveUp {
        try {
            return HttpRequest.newBuilder(URI.create(url));
        } catch (IllegalArgumentException e) {
            throw new GaveUp("transport_error", e.getMessage());
        }
    }

    /** Send one request and read the whole of its answer, by the deadline. */
    private Reply send(HttpRequest.Builder request) throws Exception {
        Duration left = left();
        var answer = HTTP.sendAsync(request.build(), BodyHandlers.ofByteArray());
        try {
            return Reply.of(answer.get(left.toNanos(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new GaveUp("timeout", "the deadline passed in a request");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException) {
                throw new GaveUp("transport_error", String.valueOf(e.getCause()));
            }
            throw e;
        }
    }

    // --- The driver ------------------------------------------------------------------------

    /** Make the call; return the fields of the answer, as the text of JSON. */
    private String answer() {
        try {
            String result = switch (Json.stringOf(call.get("op"))) {
                case "run" -> run();
                case "run_sync" -> runSync();
                case "download" -> download();
                case "credits" -> credits();
                default -> throw new GaveUp("unsupported", "");
            };
            return "\"outcome\":\"completed\",\"result\":" + result.replaceAll("[\r\n]", " ");
        } catch (GaveUp end) {
            String status = end.status == 0 ? "" : ",\"status\":" + end.status;
            return "\"outcome\":\"" + end.outcome + "\",\"error\":" + end.words + status;
        } catch (Exception e) {
            return "\"outcome\":\"client_bug\",\"error\":" + Json.quote(e.toString());
        }
    }

    public static void main(String[] arguments) throws IOException {
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            Map<String, String> call = Json.membersOf(line);
            answers.print("{\"id\":" + call.get("id") + "," + new Driver(call).answer() + "}\n");
            answers.flush();
        }
    }

    /** As much of JSON as it takes to read the members of an object as text. */
    private static final class Json {
        private final String text;
        private int at;

        private Json(String text) {
            this.text = text;
        }

        /** The members of a JSON object, each as the text of its value; anything else is an error. */
        static Map<String, String> membersOf(String text) {
            Json json = new Json(text);
            json.skipSpace();
            Map<String, String> members = json.object();
            json.skipSpace();
            if (json.at != text.length()) {
                throw json.error();
            }
            return members;
        }

        /** The string that a text of JSON is; an empty one if it is anything else. */
        static String stringOf(String json) {
            return json.startsWith("\"") ? new Json(json).string() : "";
        }

        static String quote(String string) {
            StringBuilder quoted = new StringBuilder("\"");
            for (char c : string.toCharArray()) {
                boolean isPlain = c >= ' ' && c != '"' && c != '\\' && c < 127;
                quoted.append(isPlain ? String.valueOf(c) : String.format("\\u%04x", (int) c));
            }
            return quoted.append('"').toString();
        }

        private Map<String, String> object() {
            Map<String, String> members = new HashMap<>();
            expect('{');
            for (boolean isFirst = true; !ends('}', isFirst); isFirst = false) {
                String name = string();
                skipSpace();
                expect(':');
                skipSpace();
                int start = at;
                value();
                members.put(name, text.substring(start, at));
            }
            return members;
        }

        private void array() {
            expect('[');
            for (boolean isFirst = true; !ends(']', isFirst); isFirst = false) {
                value();
            }
        }

        /** Go on to the next element, or past the end. */
        private boolean ends(char end, boolean isFirst) {
            skipSpace();
            if (peek() == end) {
                at++;
                return true;
            }
            if (!isFirst) {
                expect(',');
                skipSpace();
            }
            return false;
        }

        private void value() {
            switch (peek()) {
                case '{' -> object();
                case '[' -> array();
                case '"' -> string();
                default -> word();
            }
        }

        /** A number, true, false or null. */
        private void word() {
            int start = at;
            while (at < text.length() && "+-.".indexOf(text.charAt(at)) >= 0
                    || Character.isLetterOrDigit(peek())) {
                at++;
            }
            String word = text.substring(start, at);
            if (!word.matches("true|false|null|-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?")) {
                throw error();
            }
        }

        private String string() {
            StringBuilder string = new StringBuilder();
            expect('"');
            while (peek() != '"') {
                char c = peek();
                at++;
                if (c < ' ') {
                    throw error();
                }
                string.append(c == '\\' ? escaped() : c);
            }
            at++;
            return string.toString();
        }

        private char escaped() {
            char c = peek();
            at++;
            if (c == 'u' && at + 4 <= text.length()) {
                at += 4;
                return (char) HexFormat.fromHexDigits(text, at - 4, at);
            }
            int known = "\"\\/bfnrt".indexOf(c);
            if (known < 0) {
                throw error();
            }
            return "\"\\/\b\f\n\r\t".charAt(known);
        }

        private void skipSpace() {
            while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at++;
            }
        }

        private void expect(char c) {
            if (peek() != c) {
                throw error();
            }
            at++;
        }

        /** The next character; a NUL where there is none. */
        private char peek() {
            return at < text.length() ? text.charAt(at) : 0;
        }

        private IllegalArgumentException error() {
            return new IllegalArgumentException("this is no JSON at " + at);
        }
    }
}
