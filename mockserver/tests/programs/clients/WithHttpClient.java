import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A run by Java's own HttpClient, which speaks HTTP/2 where it can. */
public class WithHttpClient {
    static final String API = "https://api.segmind.com";
    static final String BODY = "{\"prompt\": \"A paper boat in a puddle\"}";
    static final HttpClient CLIENT = HttpClient.newHttpClient();

    static HttpRequest.Builder ask(String url) {
        return HttpRequest.newBuilder(URI.create(url))
            .header("x-api-key", System.getenv("SEGMIND_API_KEY"))
            .header("content-type", "application/json");
    }

    static String call(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), BodyHandlers.ofString()).body();
    }

    static HttpRequest.Builder post(String path) {
        return ask(API + path).POST(BodyPublishers.ofString(BODY));
    }

    static String find(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\": ?\"?([^\",}]+)").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException(name + " is not in " + json);
        }
        return found.group(1);
    }

    public static void main(String[] arguments) throws Exception {
        String job = call(post("/v2/ideogram-3"));
        while (!find(call(ask(find(job, "status_url"))), "status").equals("COMPLETED")) {
            Thread.sleep(200);
        }
        String result = call(ask(find(job, "response_url")));
        String url = find(result, "output");
        HttpRequest download = HttpRequest.newBuilder(URI.create(url)).build();
        byte[] picture = CLIENT.send(download, BodyHandlers.ofByteArray()).body();
        System.out.println(url + " " + picture.length + " " + find(result, "cost"));

        HttpResponse<byte[]> answer =
            CLIENT.send(post("/v1/flux-2-pro").build(), BodyHandlers.ofByteArray());
        System.out.println(
            answer.headers().firstValue("x-cost").get() + " " + answer.body().length);
    }
}
