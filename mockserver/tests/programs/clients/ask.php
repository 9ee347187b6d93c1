<?php
// URL…: asks each URL once by PHP's curl, and prints what came as a line of JSON.
foreach (array_slice($argv, 1) as $url) {
    $handle = curl_init($url);
    $options = [
        CURLOPT_RETURNTRANSFER => true,
        CURLOPT_HTTPHEADER => ['x-api-key: SG_0123456789abcdef'],
    ];
    curl_setopt_array($handle, $options);
    $isAnswered = curl_exec($handle) !== false;
    $answer = $isAnswered ? curl_getinfo($handle, CURLINFO_HTTP_CODE) : curl_error($handle);
    echo json_encode(['curl', $url, $answer], JSON_UNESCAPED_SLASHES), "\n";
}
