import Fastify from "fastify";
const path=process.argv[2];let count=0;const g="00000000-0000-4000-8000-000000000000";
const app=Fastify({logger:false,genReqId:()=>`r-${count++}`});
const doc=(unit,status)=>({unit_name:unit,status,is_ready:true,dependencies:[],readiness:"ready",since:new Date().toISOString(),reason:null,owner:null,starting:null,waiters:[],root_causes:[]});
app.addHook("onRequest",(q,r,d)=>{r.header("sync-generation",g).header("x-request-id",q.id);d()});
app.post("/v1/units/:unit/:verb",(q,r)=>{ r.send(doc(q.params.unit,"started")) });
await app.listen({path});console.log("listening");
