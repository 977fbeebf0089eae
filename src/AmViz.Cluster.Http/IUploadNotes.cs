namespace AmViz.Cluster.Http;

/// <summary>Remembers uploads that are under way, so that one that was cut off goes on, in another process too.</summary>
public interface IUploadNotes
{
    /// <summary>The upload of a network that was begun.</summary>
    /// <param name="fingerprint">See <see cref="OfferedNetwork.Fingerprint"/>.</param>
    /// <returns>Its id; null: none was, or it has ended.</returns>
    string? Find(string fingerprint);

    /// <summary>Notes that one was begun.</summary>
    void Put(string fingerprint, string upload);

    /// <summary>Forgets it.</summary>
    void Remove(string fingerprint);
}
