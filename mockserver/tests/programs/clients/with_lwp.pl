# A run by Perl's LWP.
use strict;
use warnings;

use JSON::PP;
use LWP::UserAgent;

my $api = 'https://api.segmind.com';
my $body = '{"prompt": "A paper boat in a puddle"}';
my @headers = ('x-api-key' => $ENV{SEGMIND_API_KEY}, 'content-type' => 'application/json');
my $client = LWP::UserAgent->new;

sub check {
    my ($answer) = @_;
    die $answer->status_line, "\n" unless $answer->is_success;
    return $answer;
}

sub get { return decode_json(check($client->get(@_))->content) }
sub post { return check($client->post(@_, @headers, Content => $body)) }

my $job = decode_json(post("$api/v2/ideogram-3")->content);
select(undef, undef, undef, 0.2) until get($job->{status_url}, @headers)->{status} eq 'COMPLETED';
my $result = get($job->{response_url}, @headers);
my $picture = check($client->get($result->{output}))->content;
print "$result->{output} ", length($picture), " $result->{metrics}{cost}\n";

my $answer = post("$api/v1/flux-2-pro");
print $answer->header('x-cost'), ' ', length($answer->content), "\n";
