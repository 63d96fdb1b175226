namespace MemoryStores.Contract.Secrets;

/// <summary>What a secret is; its name is what the mask shows.</summary>
public enum SecretKind
{
    ApiKey,
    PrivateKey,
    Password,
    ConnectionString,
    Token,
    CardNumber,
    Iban,
}

/// <summary>Characters of a text that must not be kept.</summary>
public readonly record struct SecretSpan(int Start, int Length, SecretKind Kind)
{
    public int End => Start + Length;
}
