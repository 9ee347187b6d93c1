<?php
// A run by PHP's curl.
const API = 'https://api.segmind.com';
const BODY = '{"prompt": "A paper boat in a puddle"}';

function call(string $url, array $options = []): string
{
    $curl = curl_init($url);
    curl_setopt_array($curl, $options + [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HTTPHEADER => [
            'x-api-key: ' . getenv('SEGMIND_API_KEY'),
            'content-type: application/json',
        ],
    ]);
    $answer = curl_exec($curl);
    if ($answer === false) {
        fwrite(STDERR, curl_error($curl) . "\n");
        exit(1);
    }
    return $answer;
}

$job = json_decode(call(API . '/v2/ideogram-3', [CURLOPT_POSTFIELDS => BODY]));
while (json_decode(call($job->status_url))->status !== 'COMPLETED') {
    usleep(200_000);
}
$result = json_decode(call($job->response_url));
$picture = call($result->output, [CURLOPT_HTTPHEADER => []]);
echo $result->output, ' ', strlen($picture), ' ', $result->metrics->cost, "\n";

$cost = '';
$content = call(API . '/v1/flux-2-pro', [
    CURLOPT_POSTFIELDS => BODY,
    CURLOPT_HEADERFUNCTION => function ($curl, string $line) use (&$cost): int {
        if (stripos($line, 'x-cost:') === 0) {
            $cost = trim(substr($line, 7));
        }
        return strlen($line);
    },
]);
echo $cost, ' ', strlen($content), "\n";
