/** Only a table, for programs that need the names without the code. */

export interface Tree {
  [name: string]: Tree | 0;
}

/** The resources of the `openai` package that this package does not have, as a tree. */
export const absentResources: Tree = {
  decisions: 0,
  files: 0,
  images: 0,
  contentProvenanceChecks: 0,
  audio: { transcriptions: 0, translations: 0, speech: 0, voices: 0, voiceConsents: 0 },
  fineTuning: { jobs: { checkpoints: 0 }, checkpoints: { permissions: 0 }, alpha: { graders: 0 } },
  graders: 0,
  vectorStores: { files: 0, fileBatches: 0 },
  safety: { cases: 0, alerts: 0 },
  webhooks: { eventTypes: 0 },
  beta: {
    realtime: { sessions: 0, transcriptionSessions: 0 },
    responses: { inputItems: 0, inputTokens: 0 },
    chatkit: { sessions: 0, threads: 0 },
    assistants: 0,
    threads: { runs: { steps: 0 }, messages: 0 },
    agents: 0,
  },
  batches: 0,
  uploads: { parts: 0 },
  admin: { organization: 0 },
  responses: { inputItems: 0, inputTokens: 0 },
  live: { sessions: 0 },
  realtime: { clientSecrets: 0, calls: 0, translations: { clientSecrets: 0 } },
  conversations: { items: 0 },
  evals: { runs: { outputItems: 0 } },
  containers: { files: { content: 0 } },
  skills: { content: 0, versions: { content: 0 } },
  videos: 0,
};

/** Every method that one of them has. */
export const absentMethods =
  'create,retrieve,list,delete,content,waitForProcessing,createVariation,edit,generate,update,cancel,listEvents,pause,resume,run,validate,search,createAndPoll,poll,upload,uploadAndPoll,listFiles,rotateSecret,test,unwrap,verifySignature,stream,compact,count,parse,listItems,createAndRun,createAndRunPoll,createAndRunStream,createAndStream,submitToolOutputs,submitToolOutputsAndPoll,submitToolOutputsStream,complete,accept,downloadRecording,fork,hangup,refer,reject,createCharacter,downloadContent,extend,getCharacter,remix';
