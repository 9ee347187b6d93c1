# A run by Ruby's Net::HTTP.
require 'json'
require 'net/http'

API = 'https://api.segmind.com'
BODY = { prompt: 'A paper boat in a puddle' }.to_json
HEADERS = { 'x-api-key' => ENV['SEGMIND_API_KEY'], 'content-type' => 'application/json' }

def get(url)
  JSON.parse(Net::HTTP.get(URI(url), HEADERS))
end

job = JSON.parse(Net::HTTP.post(URI("#{API}/v2/ideogram-3"), BODY, HEADERS).body)
sleep 0.2 until get(job['status_url'])['status'] == 'COMPLETED'
result = get(job['response_url'])
picture = Net::HTTP.get(URI(result['output']))
puts "#{result['output']} #{picture.bytesize} #{result['metrics']['cost']}"

answer = Net::HTTP.post(URI("#{API}/v1/flux-2-pro"), BODY, HEADERS)
puts "#{answer['x-cost']} #{answer.body.bytesize}"
