<?php
// A run by PHP's own streams, which heed neither proxies nor variables for certificates.
const API = 'https://api.segmind.com';
const BODY = '{"prompt": "A paper boat in a puddle"}';

function call(string $url, array $options = []): array
{
    $headers = ['x-api-key: ' . getenv('SEGMIND_API_KEY'), 'content-type: application/json'];
    $context = stream_context_create(['http' => $options + ['header' => $headers]]);
    $content = file_get_contents($url, false, $context);
    if ($content === false) {
        exit(1);
    }
    return [$content, $http_response_header];
}

$post = ['method' => 'POST', 'content' => BODY];
$job = json_decode(call(API . '/v2/ideogram-3', $post)[0]);
while (json_decode(call($job->status_url)[0])->status !== 'COMPLETED') {
    usleep(200_000);
}
$result = json_decode(call($job->response_url)[0]);
[$picture] = call($result->output, ['header' => []]);
echo $result->output, ' ', strlen($picture), ' ', $result->metrics->cost, "\n";

[$content, $headers] = call(API . '/v1/flux-2-pro', $post);
$cost = preg_replace('/^x-cost: /i', '', current(preg_grep('/^x-cost:/i', $headers)));
echo $cost, ' ', strlen($content), "\n";
