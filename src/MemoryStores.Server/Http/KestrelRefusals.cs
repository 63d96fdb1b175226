using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using MemoryStores.Contract;
using Microsoft.AspNetCore.Connections;

namespace MemoryStores.Server.Http;

/// <summary>
/// Requests that Kestrel itself refuses (a malformed request line, headers too large, a NUL in the path) never reach the
/// application, and Kestrel answers them with a bare status and closes the connection. This puts the envelope and the
/// request-id into such an answer. It looks at the first bytes of each write and touches nothing else.
/// </summary>
internal static class KestrelRefusals
{
    public static ConnectionDelegate InEnvelope(ConnectionDelegate next) => connection =>
    {
        var transport = connection.Transport;
        connection.Transport = new Duplex(transport.Input, new Output(transport.Output));
        return next(connection);
    };

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;

    private sealed class Output(PipeWriter inner) : PipeWriter
    {
        // A bare refusal is recognised by its beginning and its end, so it must be written in one piece: never lend the
        // last bytes of a buffer, into which a pipelined answer's head would be torn. The envelope fits as well.
        private const int LeastLent = 1_024;

        private Memory<byte> lent;

        public override Memory<byte> GetMemory(int sizeHint = 0) => lent = inner.GetMemory(Math.Max(sizeHint, LeastLent));

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes)
        {
            var written = lent.Span[..Math.Min(bytes, lent.Length)];
            if (!IsBareRefusal(written))
            {
                inner.Advance(bytes);
                return;
            }
            var answer = InEnvelope(written);
            var room = answer.Length <= lent.Length ? lent : inner.GetMemory(answer.Length);
            answer.CopyTo(room);
            inner.Advance(answer.Length);
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => inner.FlushAsync(cancellationToken);

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        /// <summary>Every answer of the application carries a request-id; one without is Kestrel's own.</summary>
        private static bool IsBareRefusal(ReadOnlySpan<byte> written) =>
            (written.StartsWith("HTTP/1.1 4"u8) || written.StartsWith("HTTP/1.1 505"u8)) && written.EndsWith("\r\n\r\n"u8)
            && written.IndexOf("Content-Length: 0\r\n"u8) > 0 && written.IndexOf("Request-Id: "u8) < 0;

        private static byte[] InEnvelope(ReadOnlySpan<byte> bare)
        {
            var statusLine = Encoding.ASCII.GetString(bare[..bare.IndexOf("\r\n"u8)]);
            var id = IdMint.Next("req_", Timestamp.Microseconds(TimeProvider.System.GetUtcNow()));
            var body = $$"""{"type":"error","error":{"type":"invalid_request_error","message":"{{Hint(statusLine)}}"},"request_id":"{{id}}"}""";
            return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
                $"{statusLine}\r\nContent-Length: {body.Length}\r\nContent-Type: application/json\r\nConnection: close\r\nrequest-id: {id}\r\n\r\n{body}"));
        }

        private static string Hint(string statusLine) => statusLine.Split(' ')[1] switch
        {
            "408" => "The request took too long to arrive.",
            "414" => "The URL is too long.",
            "431" => "The headers are too large.",
            "505" => "This version of HTTP is not spoken here; send HTTP/1.1.",
            _ => "The request is not well-formed HTTP; check the request line, the percent-encoding of the path and the headers.",
        };
    }
}
