import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URL;
import java.net.URLConnection;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** URL…: asks each URL once by each client of Java's own, and prints what came as a line of JSON. */
public class Ask {
    interface Client {
        Object ask(String url) throws Exception;
    }

    static int send(HttpClient client, String url) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
            .header("x-api-key", "SG_0123456789abcdef").build();
        return client.send(request, HttpResponse.BodyHandlers.ofString()).statusCode();
    }

    static int open(URLConnection connection) throws Exception {
        connection.setRequestProperty("x-api-key", "SG_0123456789abcdef");
        return ((HttpURLConnection) connection).getResponseCode();
    }

    static void run(String name, String url, Client client) {
        String answer;
        try {
            answer = String.valueOf(client.ask(url));
        } catch (Exception error) {
            answer = "\"" + error.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
        }
        System.out.printf("[\"%s\", \"%s\", %s]%n", name, url, answer);
    }

    public static void main(String[] urls) {
        for (String url : urls) {
            run("HttpClient", url, each -> send(HttpClient.newHttpClient(), each));
            run("HttpURLConnection", url, each -> open(new URL(each).openConnection()));
            run("HttpURLConnection without proxy", url,
                each -> open(new URL(each).openConnection(Proxy.NO_PROXY)));
            run("own name", url, each -> InetAddress.getLocalHost().isLoopbackAddress());
        }
    }
}
