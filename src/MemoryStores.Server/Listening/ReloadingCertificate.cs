using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace MemoryStores.Server.Listening;

/// <summary>
/// The server's certificate, read again when its files change, so that a renewal needs no restart. A pair that cannot be
/// read, as between the writing of its two files, leaves the last good one in use.
/// </summary>
internal sealed class ReloadingCertificate
{
    // How often a new connection looks at the files' times.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string certificateFile;
    private readonly string keyFile;
    private readonly TimeProvider clock;
    private readonly ILogger log;
    private readonly Lock turn = new();
    private SslServerAuthenticationOptions options;
    private (DateTime, DateTime) seen;
    private long looked;

    public ReloadingCertificate(string certificateFile, string keyFile, TimeProvider clock, ILogger log)
    {
        (this.certificateFile, this.keyFile, this.clock, this.log) = (certificateFile, keyFile, clock, log);
        (seen, looked) = (Times(), clock.GetTimestamp());
        try
        {
            options = Load();
        }
        catch (Exception broken) when (IsUnreadable(broken))
        {
            throw new ListenException($"The certificate {certificateFile} with the key {keyFile} cannot be used: {broken.Message}", broken);
        }
    }

    public SslServerAuthenticationOptions Options()
    {
        lock (turn)
        {
            if (clock.GetElapsedTime(looked) < LookInterval) return options;
            looked = clock.GetTimestamp();
            if (Times() is var times && times == seen) return options;
            seen = times;
            try
            {
                options = Load();
                Log.CertificateReloaded(log);
            }
            catch (Exception broken) when (IsUnreadable(broken))
            {
                Log.CertificateNotReloaded(log, broken.Message);
            }
            return options;
        }
    }

    private (DateTime, DateTime) Times() => (File.GetLastWriteTimeUtc(certificateFile), File.GetLastWriteTimeUtc(keyFile));

    private SslServerAuthenticationOptions Load()
    {
        var leaf = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificateFile);
        var issuers = new X509Certificate2Collection(chain.Where(one => one.Thumbprint != leaf.Thumbprint).ToArray());
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = SslStreamCertificateContext.Create(leaf, issuers, offline: true),
            ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
        };
    }

    private static bool IsUnreadable(Exception broken) =>
        broken is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException;
}
