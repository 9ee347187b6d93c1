import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URL;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A run by the client that Java has had from the start. */
public class WithUrlConnection {
    static final String API = "https://api.segmind.com";
    static final String BODY = "{\"prompt\": \"A paper boat in a puddle\"}";

    static HttpURLConnection open(String url) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(url).openConnection();
        connection.setRequestProperty("x-api-key", System.getenv("SEGMIND_API_KEY"));
        connection.setRequestProperty("content-type", "application/json");
        return connection;
    }

    static HttpURLConnection post(String path) throws IOException {
        HttpURLConnection connection = open(API + path);
        connection.setDoOutput(true);
        connection.getOutputStream().write(BODY.getBytes());
        return connection;
    }

    static String read(HttpURLConnection connection) throws IOException {
        return new String(connection.getInputStream().readAllBytes());
    }

    static String find(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\": ?\"?([^\",}]+)").matcher(json);
        if (!found.find()) {
            throw new IllegalStateException(name + " is not in " + json);
        }
        return found.group(1);
    }

    public static void main(String[] arguments) throws Exception {
        String job = read(post("/v2/ideogram-3"));
        while (!find(read(open(find(job, "status_url"))), "status").equals("COMPLETED")) {
            Thread.sleep(200);
        }
        String result = read(open(find(job, "response_url")));
        String url = find(result, "output");
        int size = new URL(url).openStream().readAllBytes().length;
        System.out.println(url + " " + size + " " + find(result, "cost"));

        HttpURLConnection answer = post("/v1/flux-2-pro");
        size = answer.getInputStream().readAllBytes().length;
        System.out.println(answer.getHeaderField("x-cost") + " " + size);
    }
}
